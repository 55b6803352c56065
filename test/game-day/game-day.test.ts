import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownerAnnotation, scopeLabel } from "../../api/names.ts";
import { GameDay, type GameDayOptions, type GameDayResult } from "../../game-day/index.ts";
import { OpenStack } from "../../game-day/open-stack.ts";
import { plan } from "../../game-day/options.ts";
import { ApiServerDouble } from "../support/api-server-double.ts";
import { declares, PulumiDouble } from "./pulumi-double.ts";

let pulumi: PulumiDouble;
beforeEach(() => {
	pulumi = new PulumiDouble();
});
afterEach(() => pulumi.dispose());

function gameDay(more: Partial<GameDayOptions>): Promise<GameDayResult> {
	return new GameDay({ ...pulumi.options, approve: true, hold: "0", progress: false, ...more }).run();
}

const steps = ({ steps: taken }: GameDayResult): string[] => taken.map(({ name, outcome }) => `${name} ${outcome}`);

it("recovers, and says how it went, whatever becomes of what it writes", async () => {
	const throwing = () => {
		throw new Error("the sink is full");
	};
	for (const write of [throwing, async () => throwing()]) {
		expect(steps(await gameDay({ progress: { write, isTTY: true } })).at(-1)).toBe("recovery done");
	}
	expect(pulumi.operations).toEqual(["preview", "up", "destroy", "preview", "up", "destroy"]);
});

it("has not passed when the cluster still shows an experiment of a stack that is destroyed", async () => {
	const server = await ApiServerDouble.start();
	try {
		const kubeconfig = server.writeKubeconfig(join(pulumi.folder, "kubeconfig"), "token");
		const owner = "attacks/dev//cut";
		pulumi.tells(
			"preview",
			declares("Scope", "pulumi-chaos-1a2b", { scope: "1a2b", cluster: { kubeconfig } }),
			declares("NetworkChaos", "cut", { owner }),
		);
		const metadata = { name: "cut-1a2b", labels: { [scopeLabel]: "1a2b" }, annotations: { [ownerAnnotation]: owner } };
		server.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata, spec: {} });
		const result = await gameDay({ hold: "1s" });
		expect(steps(result).at(-1)).toBe("recovery failed");
		expect(result.verdict).toBe("left behind");
		expect(result.message).toMatch(/^NetworkChaos "default\/cut-1a2b" may be left: the stack is destroyed/);
	} finally {
		await server.stop();
	}
});

describe("a stack that is said to be locked", () => {
	const words = "echo 'the stack is currently locked by 1 lock(s)' >&2; exit 1";

	it("is left to whoever has it", async () => {
		pulumi.does("up", words);
		expect(steps(await gameDay({}))).toEqual(["preview done", "approval done", "injection failed"]);
		expect(pulumi.operations).toEqual(["preview", "up"]);
	});

	it("is recovered when only the program says so, after something was injected", async () => {
		pulumi.tells("up", declares("NetworkChaos", "cut", { owner: "attacks/dev//cut" }));
		pulumi.does("up", words);
		expect(steps(await gameDay({})).slice(-2)).toEqual(["injection failed", "recovery done"]);
		expect(pulumi.operations).toEqual(["preview", "up", "destroy"]);
	});
});

it("says how to recover by a line for a shell", async () => {
	const folder = join(pulumi.folder, "it's mine");
	mkdirSync(folder);
	writeFileSync(join(folder, "Pulumi.yaml"), "name: attacks\nruntime: nodejs\n");
	const stack = await OpenStack.open(plan({ ...pulumi.options, folder, configFile: "/a b.yaml" }));
	const quoted = join(pulumi.folder, "it'\\''s mine");
	expect(stack.command("destroy")).toBe(`pulumi destroy --stack dev --cwd '${quoted}' --config-file '/a b.yaml'`);
	expect(stack.command("cancel")).toBe(`pulumi cancel --stack dev --cwd '${quoted}'`);
});
