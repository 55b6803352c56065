import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect, it } from "vitest";
import { previewOf } from "../../game-day/preview.ts";
import { ProgramLog } from "../../game-day/program.ts";

const type = "pulumi-nodejs:dynamic/pulumi-chaos:";
const said = (severity: string, message: string) =>
	({ diagnosticEvent: { severity, message } }) as unknown as EngineEvent;

function declares(kind: string, name: string, inputs: object): EngineEvent {
	const resource = { urn: `urn:pulumi:dev::attacks::${type}${kind}::${name}`, type: type + kind, inputs };
	return { resourcePreEvent: { metadata: { new: resource } } } as unknown as EngineEvent;
}

it("finds the experiments and their scopes, each once, and nothing else", () => {
	const log = new ProgramLog();
	const scope = { kind: "Scope", scope: "1a2b", cluster: { kubeconfig: "~/.kube/config" }, timeout: "5m" };
	log.hear(declares("Scope", "pulumi-chaos-1a2b", scope));
	for (let twice = 0; twice < 2; twice++)
		log.hear(declares("NetworkChaos", "cut", { kind: "NetworkChaos", owner: "attacks/dev//cut" }));
	log.hear(declares("Drain", "drain", { kind: "Drain" }));
	log.hear({
		resourcePreEvent: { metadata: { new: { urn: "a::b", type: "kubernetes:core/v1:Pod", inputs: { kind: "Pod" } } } },
	} as unknown as EngineEvent);
	log.hear({ resourcePreEvent: { metadata: { new: null } } } as unknown as EngineEvent);
	expect(log.experiments).toEqual([{ kind: "NetworkChaos", name: "cut", owner: "attacks/dev//cut", previewed: false }]);
	expect([...log.scopes.values()]).toEqual([{ scope: "1a2b", cluster: { kubeconfig: "~/.kube/config" } }]);
});

it("keeps what was said apart from what went wrong, and shows who would be hit", () => {
	const log = new ProgramLog();
	log.hear(said("debug", "RegisterResource RPC prepared"));
	log.hear(said("info", 'NetworkChaos "shop/cut-1a2b" would hit 3 of 9 pods\n\n'));
	log.hear(said("warning", "an old one\n"));
	log.hear(said("error", '1 error occurred:\n\t* NetworkChaos "shop/cut-1a2b" is not injected: no rights\n\n'));
	log.hear(said("error", "update failed"));
	expect(log.errors).toEqual(['NetworkChaos "shop/cut-1a2b" is not injected: no rights']);
	expect(previewOf(log)).toEqual({
		experiments: [],
		blastRadius: ['NetworkChaos "shop/cut-1a2b" would hit 3 of 9 pods'],
		remarks: ["an old one"],
	});
});

it("tells whether the preview could look whom an experiment would hit", () => {
	const log = new ProgramLog();
	log.hear(declares("NetworkChaos", "known", { kind: "NetworkChaos", previewed: ["shop/front-1"] }));
	log.hear(declares("NetworkChaos", "others", { kind: "NetworkChaos", adopt: true }));
	log.hear(declares("NetworkChaos", "unknown", { kind: "NetworkChaos" }));
	expect(log.experiments.map(({ name, previewed }) => [name, previewed])).toEqual([
		["known", true],
		["others", true],
		["unknown", false],
	]);
});
