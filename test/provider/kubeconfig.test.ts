import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { resolveCluster } from "../../provider/cluster/kubeconfig.ts";

const marker = "planted-secret-marker";
const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function text(...contexts: string[]): string {
	return JSON.stringify({
		clusters: contexts.map((name) => ({ name, cluster: { server: `https://${name}.example.com:6443` } })),
		users: [{ name: "me", user: { token: marker } }],
		contexts: contexts.map((name) => ({ name, context: { cluster: name, user: "me" } })),
		"current-context": contexts[0],
	});
}

function file(name: string, content: string): string {
	writeFileSync(join(folder, name), content);
	return join(folder, name);
}

const one = file("one", text("dev"));
const two = file("two", text("staging", "prod"));

beforeEach(() => {
	vi.stubEnv("KUBECONFIG", undefined);
	vi.stubEnv("HOME", folder);
	return () => vi.unstubAllEnvs();
});

const howTo =
	'write for example cluster: { kubeconfig: "~/.kube/config", context: "staging" }, or set it for the stack with "pulumi config ' +
	'set pulumi-chaos:kubeconfig ~/.kube/config" and "pulumi config set pulumi-chaos:context staging"';

it("finds the only context of a file, and a named one of several", () => {
	expect(resolveCluster({ kubeconfig: one })).toMatchObject({
		context: "dev",
		files: [one],
		server: "https://dev.example.com:6443",
		where: `https://dev.example.com:6443 (context "dev" of ${one})`,
	});
	expect(resolveCluster({ kubeconfig: two, context: "prod" })).toMatchObject({
		server: "https://prod.example.com:6443",
	});
});

it("finds files by ~/, by a variable that holds a path, a list of paths or a text, and a context of the default file", () => {
	expect(resolveCluster({ kubeconfig: "~/one" })).toMatchObject({ files: [one] });
	vi.stubEnv("CI_KUBECONFIG", one);
	expect(resolveCluster({ kubeconfigEnv: "CI_KUBECONFIG" })).toMatchObject({ context: "dev" });
	vi.stubEnv("CI_KUBECONFIG", `${one}:${join(folder, "absent")}:${two}`);
	expect(resolveCluster({ kubeconfigEnv: "CI_KUBECONFIG", context: "prod" })).toMatchObject({ files: [one, two] });
	vi.stubEnv("CI_KUBECONFIG", text("dev"));
	expect(resolveCluster({ kubeconfigEnv: "CI_KUBECONFIG" })).toMatchObject({
		files: [],
		where: 'https://dev.example.com:6443 (context "dev" of the environment variable CI_KUBECONFIG)',
	});
	mkdirSync(join(folder, ".kube"), { recursive: true });
	file(".kube/config", text("home", "away"));
	expect(resolveCluster({ context: "away" })).toMatchObject({ server: "https://away.example.com:6443" });
	vi.stubEnv("KUBECONFIG", two);
	expect(resolveCluster({ context: "staging" })).toMatchObject({ files: [two] });
});

it.each([
	["nothing", {}, "cluster", `no cluster is named; ${howTo}`],
	[
		"two sources",
		{ kubeconfig: one, kubeconfigEnv: "X" },
		"cluster",
		"names a kubeconfig and an environment variable; leave one of them out",
	],
	[
		"a file that does not exist",
		{ kubeconfig: join(folder, "absent") },
		"cluster.kubeconfig",
		`there is no kubeconfig file "${join(folder, "absent")}"; ${howTo}`,
	],
	["a folder", { kubeconfig: folder }, "cluster.kubeconfig", `there is no kubeconfig file "${folder}"; ${howTo}`],
	[
		"a variable that is not set",
		{ kubeconfigEnv: "CI_ABSENT" },
		"cluster.kubeconfigEnv",
		'the environment variable "CI_ABSENT" is not set; export it with the path or the text of a kubeconfig',
	],
	[
		"an ambiguous file",
		{ kubeconfig: two },
		"cluster.context",
		`missing; ${two} has more than one: use "staging" or "prod"`,
	],
	[
		"a context that is not there",
		{ kubeconfig: two, context: "dev" },
		"cluster.context",
		`"dev" is not in ${two}; use "staging" or "prod"`,
	],
	[
		"a context without its cluster",
		{ kubeconfig: file("torn", text("dev").replace('"cluster":"dev"', '"cluster":"gone"')) },
		"cluster.context",
		`"dev" names a cluster that ${join(folder, "torn")} does not have`,
	],
	[
		"no contexts",
		{ kubeconfig: file("empty", "{}") },
		"cluster.kubeconfig",
		`${join(folder, "empty")} has no contexts`,
	],
	[
		"no kubeconfig at all",
		{ kubeconfig: file("broken", `token: ${marker}\n\t- {`) },
		"cluster.kubeconfig",
		`${join(folder, "broken")} is not a kubeconfig; check it with "kubectl config view"`,
	],
])("refuses %s", (_, reference, path, message) => {
	expect(resolveCluster(reference)).toEqual({ path, message });
	expect(JSON.stringify(resolveCluster(reference))).not.toContain(marker);
});
