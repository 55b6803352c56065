import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { clusterLayout } from "../../../tools/cluster/layout.ts";
import { ownCluster, ownClusterVersion, ownKubeconfig } from "../../../tools/cluster/own-cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "own-cluster-"));
const file = join(folder, "config");
writeFileSync(
	file,
	JSON.stringify({
		apiVersion: "v1",
		kind: "Config",
		// Port 2 of loopback: nobody listens there.
		clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:2" } }],
		users: [{ name: "u", user: {} }],
		contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
		"current-context": "x",
	}),
);
afterAll(() => rmSync(folder, { recursive: true }));

test("the ambient kubeconfig never counts", () => {
	expect(ownKubeconfig({ KUBECONFIG: file, HOME: folder })).toBeUndefined();
	expect(ownKubeconfig({ PULUMI_CHAOS_KUBECONFIG: "" })).toBeUndefined();
});

test("a cluster of the user's own is one that they name", () => {
	expect(ownKubeconfig({ PULUMI_CHAOS_KUBECONFIG: file })).toBe(file);
	expect(ownCluster({ PULUMI_CHAOS_KUBECONFIG: file })).toBe(true);
});

test("the name of a cluster that was started here is not the user's own", () => {
	expect(ownCluster({ PULUMI_CHAOS_KUBECONFIG: clusterLayout("main", 0).kubeconfig })).toBe(false);
});

test("a name without a file is refused", () => {
	expect(() => ownKubeconfig({ PULUMI_CHAOS_KUBECONFIG: "/no/such" })).toThrow(
		'PULUMI_CHAOS_KUBECONFIG="/no/such": there is no such file; name the kubeconfig of your own cluster, or unset it',
	);
});

test("a cluster that can't be reached is told with its address", async () => {
	await expect(ownClusterVersion(file)).rejects.toThrow(
		`your own cluster can't be reached through ${file} (https://127.0.0.1:2): connect ECONNREFUSED 127.0.0.1:2; ` +
			`check with \`kubectl --kubeconfig ${file} version\``,
	);
});
