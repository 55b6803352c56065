import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { resolveCluster } from "../../provider/cluster/kubeconfig.ts";
import { always, mutations, spoiled } from "../support/properties.ts";

const name = "PULUMI_CHAOS_TEST_KUBECONFIG";
const secret = "Zm9vYmFy-secret";
const kubeconfig = {
	apiVersion: "v1",
	kind: "Config",
	clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443" } }],
	users: [{ name: "u", user: { token: secret } }],
	contexts: [{ name: "dev", context: { cluster: "c", user: "u" } }],
	"current-context": "dev",
};

afterEach(() => {
	delete process.env[name];
});

it("a kubeconfig names a cluster, or what is wrong with it in words that hold no credential", () => {
	const text = JSON.stringify(kubeconfig, undefined, 1);
	always(
		fc.oneof(
			mutations(kubeconfig).map((value) => `${JSON.stringify(value)}\n`),
			spoiled(text),
		),
		(value) => {
			// The environment of a process holds no zeros.
			process.env[name] = value.replaceAll("\0", " ");
			const found = resolveCluster({ kubeconfigEnv: name, context: "dev" });
			if ("message" in found) {
				expect(found.path).toMatch(/^cluster\./);
				expect(found.message).not.toContain(secret);
			} else expect(found.context).toBe("dev");
		},
	);
});
