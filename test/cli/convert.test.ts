import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Kind } from "../../api/kind.ts";
import { convert } from "../../cli/convert.ts";
import { kinds } from "../../cli/kinds.ts";
import { podChaos } from "../../faults/pod/spec.ts";
import { root } from "../../tools/lib/paths.ts";
import { goldenPrograms, goldens } from "./goldens.ts";
import { declared, misformatted, registered } from "./programs.ts";

describe.each(goldens)("$name", ({ manifests, file }) => {
	const { program = "" } = convert(manifests);

	// test/types compiles it.
	it("becomes the program that a person would write", async () => {
		await expect(program).toMatchFileSnapshot(file);
	});

	it("declares in Pulumi what it declared in the cluster", async () => {
		expect(await registered(program)).toEqual(declared(manifests));
	});
});

it("programs are laid out as the formatter does", () => {
	expect(misformatted(new Map([...goldenPrograms(), ["wrong", "f({a: 1})"]]))).toEqual(["wrong"]);
});

it("the page about it shows what it does", () => {
	const page = readFileSync(join(root, "docs/convert.md"), "utf8");
	const block = (language: string): string | undefined =>
		new RegExp(`\\n\`\`\`${language}\\n(.*?)\`\`\`\\n`, "s").exec(page)?.[1];
	expect(convert(block("yaml") ?? "")).toEqual({ program: block("ts"), findings: [] });
});

/** A manifest that is right, with other parts. */
const manifest = (more: object): string =>
	JSON.stringify({
		apiVersion: "chaos-mesh.org/v1alpha1",
		kind: "PodChaos",
		metadata: { name: "kill" },
		spec: { action: "pod-kill", mode: "one", selector: {} },
		...more,
	});

describe("errors leave no program", () => {
	const known = `the kinds are ${[...kinds.keys()].sort().join(", ")}`;
	const apart = "apiVersion and kind are missing";
	it.each([
		[
			"an unknown kind",
			manifest({ kind: "JVMChaos" }),
			`document 1, JVMChaos "kill": kind: "JVMChaos" is not known; ${known}`,
		],
		[
			"an unknown version",
			manifest({ apiVersion: "chaos-mesh.org/v2" }),
			'document 1, PodChaos "kill": apiVersion: "chaos-mesh.org/v2" is not known; use "chaos-mesh.org/v1alpha1"',
		],
		[
			"an unknown field",
			manifest({ spec: { action: "pod-kill", mode: "one", selector: {}, actoin: "x" } }),
			'document 1, PodChaos "kill": spec.actoin: is not a known field; the fields here are selector, mode, value, duration, probes, action, gracePeriod, containerNames',
		],
		[
			"an unknown field beside the spec",
			manifest({ sepc: {} }),
			'document 1, PodChaos "kill": sepc: is not a known field; the fields here are apiVersion, kind, metadata, spec, status',
		],
		[
			"a field of another action",
			manifest({ spec: { action: "pod-kill", mode: "one", selector: {}, containerNames: ["a"] } }),
			'document 1, PodChaos "kill": spec.containerNames: ["a"] does not go with action "pod-kill"; leave containerNames out',
		],
		["no spec", manifest({ spec: undefined }), 'document 1, PodChaos "kill": spec: missing'],
		[
			"no name",
			manifest({ metadata: { generateName: "kill-" } }),
			`document 1, PodChaos "kill-": metadata.name: missing; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends`,
		],
		[
			"a bad namespace",
			manifest({ metadata: { name: "kill", namespace: "My Shop" } }),
			`document 1, PodChaos "My Shop/kill": metadata.namespace: "My Shop" is not the name of a namespace; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends`,
		],
		["a text", "just a text", `document 1: is not an object of Kubernetes: ${apart}`],
		["no YAML", "a: [", "document 1: is not YAML: Flow sequence in block collection must be sufficiently indented"],
		["a key twice", "a: 1\na: 2", "document 1: is not YAML: Map keys must be unique at line 2, column 1"],
		["nothing", "# nothing\n---\n", "all of it: there is no experiment to convert"],
	])("%s", (_, yaml, text) => {
		const { program, findings } = convert(yaml);
		expect(program).toBeUndefined();
		const errors = findings.filter(({ level }) => level === "error");
		expect(errors.map((error) => `${error.where}: ${error.text}`)).toEqual([expect.stringContaining(text)]);
	});

	it("not even of the manifests that are right", () => {
		const { program, findings } = convert(`${manifest({})}\n---\n${manifest({ kind: "List", items: [1] })}`);
		expect(program).toBeUndefined();
		expect(findings).toEqual([
			{ level: "error", where: "document 2, item 1", text: `is not an object of Kubernetes: ${apart}` },
		]);
	});
});

it("a kind takes nothing but its schema; one that nothing runs yet is converted with a warning", () => {
	const toy: Kind = { ...podChaos, kind: "ToyChaos", pending: true };
	expect(convert(manifest({ kind: "ToyChaos" }), new Map([["ToyChaos", toy]]))).toEqual({
		program: expect.stringContaining('new chaos.ToyChaos("kill", {'),
		findings: [
			{
				level: "warning",
				where: 'document 1, ToyChaos "kill"',
				text: "kind: ToyChaos can't be run by this version of pulumi-chaos yet",
			},
		],
	});
});

describe("warnings", () => {
	const service = JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "back" } });
	it.each([
		["what is not of Chaos Mesh", service, 'document 2, Service "back": is left out: it is not of chaos-mesh.org'],
		[
			"a label",
			manifest({ metadata: { name: "other", labels: { team: "shop" } } }),
			'document 2, PodChaos "other": metadata.labels.team: is left out: no argument of a resource stands for it',
		],
		[
			"an annotation",
			manifest({ metadata: { name: "other", annotations: { note: "x" } } }),
			'document 2, PodChaos "other": metadata.annotations.note: is left out: no argument of a resource stands for it',
		],
		[
			"a name that occurs twice",
			manifest({ metadata: { name: "kill", namespace: "shop" } }),
			'document 2, PodChaos "shop/kill": metadata.name: "kill" is the name of document 1, PodChaos "kill" too; the resource is called "kill-2"',
		],
	])("say %s", (_, yaml, text) => {
		const { program, findings } = convert(`${manifest({})}\n---\n${yaml}`);
		expect(program).toContain('new chaos.PodChaos("kill"');
		expect(findings.map(({ level, where, text }) => `${level} ${where}: ${text}`)).toEqual([`warning ${text}`]);
	});
});

it("who answers for an experiment, and what it is for, become arguments", () => {
	const annotations = { "pulumi-chaos.io/owner-team": "checkout", "pulumi-chaos.io/reason": "game day" };
	const { program, findings } = convert(manifest({ metadata: { name: "kill", annotations } }));
	expect(findings).toEqual([]);
	expect(program).toMatch(/ownerTeam: "checkout",\s+reason: "game day",?\s*}/);
});
