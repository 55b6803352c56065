import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exitCode, GameDay, type GameDayOptions, type GameDayResult, mustPass } from "../../game-day/index.ts";
import { root } from "../../tools/lib/paths.ts";
import { ownedPod } from "../support/fake-surroundings.ts";
import { GameDayStage } from "../support/game-day-stage.ts";
import { heavy } from "../support/heavy.ts";
import { said, status } from "../support/statuses.ts";

let stage: GameDayStage;
let printed: string;

beforeEach(async () => {
	stage = await GameDayStage.start();
	printed = "";
});

afterEach(() => stage.end());

async function gameDay(options: Partial<GameDayOptions> = {}): Promise<GameDayResult> {
	const sink = { write: (text: string) => (printed += text) };
	const { program, name, configFile } = stage.stack;
	const variables = Object.entries(stage.stack.environment).filter(
		(entry): entry is [string, string] => entry[1] !== undefined,
	);
	const environment = Object.fromEntries(variables);
	const given = { folder: program, stack: name, configFile, environment, approve: true, progress: sink };
	return await new GameDay({ ...given, hold: "0", ...options }).run();
}

const steps = ({ steps: taken }: GameDayResult): string[] => taken.map(({ name, outcome }) => `${name} ${outcome}`);

it("previews, injects, holds, recovers, and says that it has passed, one line a step", async () => {
	let asked: unknown;
	let during = 0;
	const result = await gameDay({
		approve: (preview) => {
			asked = preview;
			expect(stage.keys()).toEqual([]);
			return true;
		},
		during: () => {
			during = stage.keys().length;
		},
	});
	const radius = expect.stringMatching(
		/^NetworkChaos "default\/guarded-partition-\w+" would hit 2 of 2 pods in namespace shop/,
	);
	const experiments = [{ kind: "NetworkChaos", name: "guarded-partition" }];
	expect(asked).toEqual({ experiments, blastRadius: [radius], remarks: [] });
	expect(during).toBe(1);
	expect(mustPass(result)).toMatchObject({ name: "guarded-partition/dev", verdict: "passed", message: "" });
	expect(result.experiments).toEqual([
		{
			...experiments[0],
			object: expect.stringMatching(/^default\/guarded-partition-/),
			targets: ["shop/front-1"],
			verdict: "passed",
			message: "",
			probes: [{ name: "front-answers", outcome: "passed", words: "before passed; during passed; after passed" }],
		},
	]);
	expect(exitCode(result)).toBe(0);
	expect(printed.split("\n").map((line) => line.split(/ {2,}/)[0]?.trim())).toEqual([
		"preview",
		"approval",
		"injection",
		"hold",
		"recovery",
		"game day",
		"",
	]);
	expect(printed).not.toContain(GameDayStage.secret);
	expect(await stage.left()).toEqual([]);
});

heavy("makes nothing when it is not approved, which nobody has done by default", async () => {
	const refused = await gameDay({ approve: () => false });
	expect(refused).toMatchObject({ verdict: "not approved", message: "nothing was made", experiments: [] });
	expect(exitCode(refused)).toBe(5);
	expect(steps(refused)).toEqual(["preview done", "approval refused"]);
	expect(stage.made()).toEqual([]);
	expect(await stage.left()).toEqual([]);
});

heavy("injects nothing when others would be hit than were approved", async () => {
	const { pods } = stage.server.cluster.surroundings;
	const grown = await gameDay({
		approve: () => {
			pods.push(ownedPod("front-2", { namespace: "shop" }));
			return true;
		},
	});
	expect(steps(grown).slice(-2)).toEqual(["injection refused", "recovery done"]);
	expect(grown.verdict).toBe("not approved");
	expect(grown.message).toMatch(
		/^it is not any more what was approved: NetworkChaos "default\/guarded-partition-\w+" would hit 3 of 3 pods/,
	);
	expect(exitCode(grown)).toBe(5);
	expect(stage.made()).toEqual([]);
	expect(await stage.left()).toEqual([]);
});

heavy("injects what was approved before it could be said whom it hits", async () => {
	const { surroundings } = stage.server.cluster;
	const { pods } = surroundings;
	surroundings.pods = [];
	const result = await gameDay({
		approve: ({ blastRadius }) => {
			expect(blastRadius).toEqual([expect.stringContaining("would hit pods that are not known yet")]);
			surroundings.pods = pods;
			return true;
		},
	});
	expect(result.verdict, result.message).toBe("passed");
	expect(await stage.left()).toEqual([]);
});

it("recovers what is in place when a callback throws, and throws that on where a test wants it", async () => {
	const result = await gameDay({
		during: () => {
			expect(stage.keys()).toHaveLength(1);
			throw new Error("the shop is closed");
		},
	});
	expect(result).toMatchObject({ verdict: "error", message: "the shop is closed" });
	expect(steps(result).slice(-2)).toEqual(["hold failed", "recovery done"]);
	expect(() => mustPass(result)).toThrow(/^the shop is closed$/);
	expect(await stage.left()).toEqual([]);
});

heavy("recovers when the injection fails, and says why in the words of Pulumi", async () => {
	stage.server.cluster.reconcile = (experiment) => {
		experiment.status = status([
			said("Unrecoverable", true, "RecoverFailed", "node-1 does not answer"),
			said("AllInjected", false, "NodeUnavailable", "node-1 does not answer"),
		]);
	};
	const result = await gameDay();
	expect(steps(result).slice(-2)).toEqual(["injection failed", "recovery done"]);
	expect(result.verdict).toBe("error");
	expect(result.message).toMatch(
		/^NetworkChaos "default\/guarded-partition-\w+" is not injected: node-1 does not answer/,
	);
	expect(exitCode(result)).toBe(4);
	expect(await stage.left()).toEqual([]);
});

heavy("recovers when its time is over", async () => {
	const result = await gameDay({ hold: "5m", timeout: "15s" });
	expect(result).toMatchObject({ verdict: "inconclusive", message: "the time-out of 15s was over" });
	expect(steps(result)).toContain("recovery done");
	expect(exitCode(result)).toBe(3);
	expect(await stage.left()).toEqual([]);
});

it("ends the hold as soon as a probe has ended the experiment", async () => {
	const began = performance.now();
	const result = await gameDay({ hold: "5m", during: () => stage.abort() });
	expect(performance.now() - began).toBeLessThan(240_000);
	expect(steps(result).slice(-2)).toEqual(["hold cut short", "recovery done"]);
	expect(result).toMatchObject({
		verdict: "aborted",
		message: 'guarded-partition: probe "front-answers" has failed 2 times in a row',
		experiments: [{ verdict: "aborted", probes: [{ name: "front-answers", outcome: "failed" }] }],
	});
	expect(exitCode(result)).toBe(1);
	expect(await stage.left()).toEqual([]);
});

heavy("leaves a stack alone that holds something, and one that is not there", async () => {
	await stage.stack.ok("up");
	const full = await gameDay();
	expect(full.message).toMatch(
		/^stack: "dev" holds Scope "[^"]+", NetworkChaos "guarded-partition", which the recovery would destroy/,
	);
	expect(steps(full)).toEqual(["preview failed"]);
	expect(exitCode(full)).toBe(4);
	expect(stage.keys()).toHaveLength(1);
	await stage.stack.ok("destroy");
	const absent = await gameDay({ stack: "prod" });
	expect(absent.message).toBe('stack: there is no stack "prod"; make it with "pulumi stack init prod"');
});

heavy("leaves a stack to whoever has it locked", async () => {
	const locks = join(stage.stack.folder, "state/.pulumi/locks/organization/guarded-partition/dev");
	const somebody = { pid: 1, username: "somebody", hostname: "elsewhere", timestamp: new Date().toISOString() };
	const result = await gameDay({
		approve: () => {
			mkdirSync(locks, { recursive: true });
			writeFileSync(join(locks, "6f1f2a52-0d3a-4a5e-9b59-6c1b5a0c9d11.json"), JSON.stringify(somebody));
			return true;
		},
	});
	expect(steps(result)).toEqual(["preview done", "approval done", "injection failed"]);
	expect(result.verdict).toBe("error");
	expect(result.message).toMatch(/locked by 1 lock.*somebody@elsewhere/);
	expect(readdirSync(locks)).toHaveLength(1);
	expect(stage.made()).toEqual([]);
});

/** Runs a game day of a script whose program is a function, beside the package, as a user's is. */
async function inline(program: string, approve = "true"): Promise<GameDayResult> {
	const home = mkdtempSync(join(root, ".game-day-"));
	try {
		const script = join(home, "game-day.cjs");
		writeFileSync(
			script,
			`const pulumi = require("@pulumi/pulumi");
			const { NetworkChaos } = require("pulumi-chaos");
			const { exitCode, GameDay } = require("pulumi-chaos/game-day");
			const selector = { namespaces: ["shop"], labelSelectors: { app: "front" } };
			const program = async () => { ${program} };
			const config = { "pulumi-chaos:kubeconfig": { value: "kubeconfig" } };
			const options = { folder: __dirname, stack: "inline", program, config, hold: "0", approve: ${approve} };
			new GameDay(options).run().then((result) => {
				console.log(JSON.stringify(result));
				process.exit(exitCode(result));
			});`,
		);
		copyFileSync(join(stage.folder, "kubeconfig"), join(home, "kubeconfig"));
		const { status: ended, stdout } = await new Promise<{ status: number | null; stdout: string }>((resolve) => {
			const child = spawn(process.execPath, [script], { env: stage.stack.environment });
			let stdout = "";
			child.stdout.on("data", (text) => {
				stdout += text;
			});
			child.on("close", (status) => resolve({ status, stdout }));
		});
		expect(ended, stdout).toBe(0);
		return JSON.parse(stdout.split("\n").at(-2) ?? "");
	} finally {
		rmSync(home, { recursive: true, force: true });
	}
}

const cut = { kind: "NetworkChaos", name: "cut", targets: ["shop/front-1"] };

heavy("runs a program that is a function, whose stack it makes", async () => {
	const program = 'new NetworkChaos("cut", { action: "partition", mode: "all", selector, duration: "5m" });';
	expect(await inline(program)).toMatchObject({
		name: "game-day/inline",
		verdict: "recovered",
		experiments: [cut],
	});
	expect(stage.keys()).toEqual([]);
});

heavy("holds a program to its plan that makes the namespace in which its experiment hits", async () => {
	const program = `
		const create = async () => ({ id: "shop", outs: { name: "shop" } });
		class Namespace extends pulumi.dynamic.Resource {
			constructor() { super({ create }, "shop", { name: undefined }); }
		}
		const there = { ...selector, namespaces: [new Namespace().name] };
		new NetworkChaos("cut", { action: "partition", mode: "all", selector: there, duration: "5m" });`;
	expect(await inline(program, "() => true")).toMatchObject({ verdict: "recovered", experiments: [cut] });
	expect(stage.keys()).toEqual([]);
});
