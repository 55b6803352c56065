import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownerAnnotation, scopeLabel } from "../../api/names.ts";
import { GameDay, type GameDayOptions, type GameDayResult } from "../../game-day/index.ts";
import { OpenStack } from "../../game-day/open-stack.ts";
import { plan } from "../../game-day/options.ts";
import { ApiServerDouble } from "../support/api-server-double.ts";
import { declares, PulumiDouble, said } from "./pulumi-double.ts";

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

describe("what was approved", () => {
	const radius = (hit: number): string => `NetworkChaos "shop/cut-1a2b" would hit ${hit} of 22 pods in namespace shop`;
	const cut = { owner: "attacks/dev//cut", previewed: ["shop/front-1"] };
	const approve = (): boolean => true;
	const planOf = (call = ""): string | undefined => /--(?:save-)?plan (\S+)/.exec(call)?.[1];
	beforeEach(() => pulumi.tells("preview", said("info", radius(7)), declares("NetworkChaos", "cut", cut)));

	it("is a plan that is held to and that goes with the game day", async () => {
		expect(steps(await gameDay({ approve }))).toContain("hold done");
		const [preview, up] = pulumi.calls.map(planOf);
		expect(up).toBe(preview);
		expect(existsSync(preview ?? "")).toBe(false);
		expect(preview).toMatch(/plan\.json$/);
	});

	it("is nothing when nobody was asked", async () => {
		await gameDay({ approve: true });
		expect(pulumi.calls.map(planOf)).toEqual([undefined, undefined, undefined]);
	});

	it("is not held to where it could not be said who would be hit", async () => {
		pulumi.tells("preview", declares("NetworkChaos", "cut", { owner: cut.owner }));
		expect(steps(await gameDay({ approve }))).toContain("hold done");
		expect(planOf(pulumi.calls[1])).toBeUndefined();
	});

	const violated = "resource cut violates plan: ~~previewed";
	const refused = "NetworkChaos cut was not made: it would hit front-2, who was not among those previewed";
	it.each([
		["says who it is now", violated, [said("info", radius(20))], radius(20)],
		["says what Pulumi does otherwise", violated, [], violated],
		["says what the provider does", refused, [said("info", radius(7))], refused],
	])("stays so when others would be hit, and %s", async (_, error, lines, message) => {
		pulumi.tells("up", ...lines, said("error", error));
		pulumi.does("up", "exit 1");
		const result = await gameDay({ approve });
		expect(steps(result)).toEqual(["preview done", "approval done", "injection refused", "recovery done"]);
		expect(result).toMatchObject({
			verdict: "not approved",
			message: `it is not any more what was approved: ${message}. Run it again to approve that`,
		});
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
