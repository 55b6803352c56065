import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import type { ProbeStage } from "../../api/probe.ts";
import type { StageResult, Status, Verdict } from "../../api/status.ts";
import { exitCode, GameDay, type GameDayOptions, type GameDayResult, mustPass } from "../../game-day/index.ts";
import { root } from "../../tools/lib/paths.ts";
import { ApiServerDouble } from "../support/api-server-double.ts";
import { ownedPod } from "../support/fake-surroundings.ts";
import { eventually } from "../support/kubernetes.ts";
import { Stack } from "../support/stack.ts";
import { injected, said, status, target } from "../support/statuses.ts";

const marker = "planted-secret-marker";
let server: ApiServerDouble;
let stack: Stack;
let folder: string;
let printed: string;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-game-day-"));
	server = await ApiServerDouble.start();
	server.cluster.surroundings.pods = ["front-1", "back-1"].map((name) => ownedPod(name, { namespace: "shop" }));
	server.cluster.reconcile = inject;
	server.cluster.recovers = false;
	// What a controller does with a deleted experiment: it recovers it, decides what its probes say, and lets it go.
	server.cluster.changes.on("change", () => {
		for (const [key, object] of server.cluster.objects)
			if (object.metadata.deletionTimestamp !== undefined) recover(key);
	});
	const kubeconfig = server.writeKubeconfig(join(folder, "kubeconfig"), marker);
	stack = await Stack.create(join(root, "examples/guarded-partition"), "dev", {
		"pulumi-chaos:kubeconfig": kubeconfig,
	});
	printed = "";
});

afterEach(async () => {
	stack.dispose();
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
});

const passed: StageResult = { outcome: "Passed", passed: 1, failed: 0, failedInRow: 0 };
const failed: StageResult = { outcome: "Failed", passed: 0, failed: 2, failedInRow: 2 };
const probe = (stages: Partial<Record<ProbeStage, StageResult>>): Pick<Status, "probes"> => ({
	probes: [{ name: "front-answers", samples: [], ...stages }],
});

function inject(experiment: Experiment): void {
	const seen = injected(experiment);
	if (seen) experiment.status = { ...seen, ...probe({ before: passed, during: { ...passed, outcome: "Running" } }) };
}

/** Whether objects that are deleted are let go; those that are about to be. */
let lettingGo = true;
const going = new Set<string>();
beforeEach(() => {
	lettingGo = true;
	going.clear();
});

/** As a controller ends an experiment: first its status says the verdict, then it is let go. */
function recover(key: string): void {
	const object = server.cluster.objects.get(key);
	if (!object || !lettingGo || going.has(key)) return;
	going.add(key);
	const verdict: Verdict = object.status?.verdict ?? (hit(object) ? "passed" : "inconclusive");
	const stages = verdict === "passed" ? probe({ before: passed, during: passed, after: passed }) : {};
	setTimeout(() => server.cluster.setStatus(key, { ...(object.status ?? status([])), ...stages, verdict }), 20);
	setTimeout(() => server.cluster.letGo(key), 100);
}

function hit({ status: seen }: Experiment): boolean {
	return seen?.conditions?.some(({ type, status: is }) => type === "AllInjected" && is === "True") ?? false;
}

const keys = (): string[] => [...server.cluster.objects.keys()];

/** Has a probe of the only experiment fail, and its fault recovered, as the controller does. */
function abort(): void {
	const conditions = [
		said("AllInjected", false, "Aborted"),
		said("AllRecovered", true, "Recovered"),
		said("Aborted", true, "ProbeFailed", 'probe "front-answers" has failed 2 times in a row'),
	];
	const clean = status(conditions, [target("shop/front-1", { phase: "Not Injected" })]);
	const [key = ""] = keys();
	server.cluster.setStatus(key, { ...clean, verdict: "aborted", ...probe({ before: passed, during: failed }) });
}

const environment = (): Record<string, string> =>
	Object.fromEntries(
		Object.entries(stack.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);

async function gameDay(options: Partial<GameDayOptions> = {}): Promise<GameDayResult> {
	const sink = { write: (text: string) => (printed += text) };
	const { program, name, configFile } = stack;
	const given = { folder: program, stack: name, configFile, environment: environment(), approve: true, progress: sink };
	return await new GameDay({ ...given, hold: "0", ...options }).run();
}

const steps = ({ steps: taken }: GameDayResult): string[] => taken.map(({ name, outcome }) => `${name} ${outcome}`);

/** Whether anything is left, in the cluster or in the state. */
async function expectNothingLeft(): Promise<void> {
	expect(keys()).toEqual([]);
	expect(await stack.resources()).toEqual([]);
}

it("previews, injects, holds, recovers, and says that it has passed, one line a step", async () => {
	let asked: unknown;
	let during = 0;
	const result = await gameDay({
		approve: (preview) => {
			asked = preview;
			expect(keys()).toEqual([]);
			return true;
		},
		during: () => {
			during = keys().length;
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
	expect(printed).not.toContain(marker);
	await expectNothingLeft();
});

it("makes nothing when it is not approved, which nobody has done by default", async () => {
	const refused = await gameDay({ approve: () => false });
	expect(refused).toMatchObject({ verdict: "not approved", message: "nothing was made", experiments: [] });
	expect(exitCode(refused)).toBe(5);
	expect(steps(refused)).toEqual(["preview done", "approval refused"]);
	expect(server.cluster.requests.filter((request) => request.startsWith("create"))).toEqual([]);
	await expectNothingLeft();
});

it("recovers what is in place when a callback throws, and throws that on where a test wants it", async () => {
	const result = await gameDay({
		during: () => {
			expect(keys()).toHaveLength(1);
			throw new Error("the shop is closed");
		},
	});
	expect(result).toMatchObject({ verdict: "error", message: "the shop is closed" });
	expect(steps(result).slice(-2)).toEqual(["hold failed", "recovery done"]);
	expect(() => mustPass(result)).toThrow(/^the shop is closed$/);
	await expectNothingLeft();
});

it("recovers when the injection fails, and says why in the words of Pulumi", async () => {
	server.cluster.reconcile = (experiment) => {
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
	await expectNothingLeft();
});

it("recovers when its time is over", async () => {
	const result = await gameDay({ hold: "5m", timeout: "15s" });
	expect(result).toMatchObject({ verdict: "inconclusive", message: "the time-out of 15s was over" });
	expect(steps(result)).toContain("recovery done");
	expect(exitCode(result)).toBe(3);
	await expectNothingLeft();
});

it("ends the hold as soon as a probe has ended the experiment", async () => {
	const began = performance.now();
	const result = await gameDay({ hold: "5m", during: () => abort() });
	expect(performance.now() - began).toBeLessThan(240_000);
	expect(steps(result).slice(-2)).toEqual(["hold cut short", "recovery done"]);
	expect(result).toMatchObject({
		verdict: "aborted",
		message: 'guarded-partition: probe "front-answers" has failed 2 times in a row',
		experiments: [{ verdict: "aborted", probes: [{ name: "front-answers", outcome: "failed" }] }],
	});
	expect(exitCode(result)).toBe(1);
	await expectNothingLeft();
});

it("leaves a stack alone that holds something, and one that is not there", async () => {
	await stack.ok("up");
	const full = await gameDay();
	expect(full.message).toMatch(
		/^stack: "dev" holds Scope "[^"]+", NetworkChaos "guarded-partition", which the recovery would destroy/,
	);
	expect(steps(full)).toEqual(["preview failed"]);
	expect(exitCode(full)).toBe(4);
	expect(keys()).toHaveLength(1);
	await stack.ok("destroy");
	const absent = await gameDay({ stack: "prod" });
	expect(absent.message).toBe('stack: there is no stack "prod"; make it with "pulumi stack init prod"');
});

it("leaves a stack to whoever has it locked", async () => {
	const locks = join(stack.folder, "state/.pulumi/locks/organization/guarded-partition/dev");
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
	expect(server.cluster.requests.filter((request) => request.startsWith("create"))).toEqual([]);
});

it("runs a program that is a function, whose stack it makes", async () => {
	// Beside the package, as a user's script is.
	const home = mkdtempSync(join(root, ".game-day-"));
	try {
		const script = join(home, "game-day.cjs");
		writeFileSync(
			script,
			`const { NetworkChaos } = require("pulumi-chaos");
			const { exitCode, GameDay } = require("pulumi-chaos/game-day");
			const selector = { namespaces: ["shop"], labelSelectors: { app: "front" } };
			const program = async () => void new NetworkChaos("cut", { action: "partition", mode: "all", selector, duration: "5m" });
			const config = { "pulumi-chaos:kubeconfig": { value: "kubeconfig" } };
			new GameDay({ folder: __dirname, stack: "inline", program, config, hold: "0", approve: true }).run().then((result) => {
				console.log(JSON.stringify(result));
				process.exit(exitCode(result));
			});`,
		);
		copyFileSync(join(folder, "kubeconfig"), join(home, "kubeconfig"));
		const { status: ended, stdout } = await new Promise<{ status: number | null; stdout: string }>((resolve) => {
			const child = spawn(process.execPath, [script], { env: stack.environment });
			let stdout = "";
			child.stdout.on("data", (text) => {
				stdout += text;
			});
			child.on("close", (status) => resolve({ status, stdout }));
		});
		expect(ended, stdout).toBe(0);
		expect(JSON.parse(stdout.split("\n").at(-2) ?? "")).toMatchObject({
			name: "game-day/inline",
			verdict: "recovered",
			experiments: [{ kind: "NetworkChaos", name: "cut", targets: ["shop/front-1"] }],
		});
		expect(keys()).toEqual([]);
	} finally {
		rmSync(home, { recursive: true, force: true });
	}
});

describe("the command", () => {
	const junit = (): string => readFileSync(join(folder, "junit.xml"), "utf8");

	/** Starts `pulumi-chaos game-day` on the stack. */
	function start(...more: string[]): { child: ChildProcess; output(): string; ended: Promise<number | null> } {
		const given = [stack.program, "--stack", stack.name, "--config-file", stack.configFile, ...more];
		const command = [join(root, "dist/cli/main.mjs"), "game-day", ...given];
		const reports = ["--junit", join(folder, "junit.xml"), "--markdown", join(folder, "summary.md")];
		// A group of its own, as a shell gives to what it runs.
		const child = spawn(process.execPath, [...command, ...reports], { env: stack.environment, detached: true });
		let output = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text: string) => {
				output += text;
			});
		}
		return { child, output: () => output, ended: new Promise((resolve) => child.on("close", resolve)) };
	}

	/** What a terminal does on Ctrl-C. */
	const interrupt = ({ pid = 0 }: ChildProcess): void => {
		process.kill(-pid, "SIGINT");
	};

	it("runs it as a step of a pipeline, and writes its reports", async () => {
		const { ended, output } = start("--yes", "--hold", "0");
		expect(await ended).toBe(0);
		expect(output()).toMatch(/\ngame day +passed +[\d.]+s\n$/);
		expect(junit()).toContain('<testsuites tests="3" failures="0" errors="0" skipped="0"');
		expect(readFileSync(join(folder, "summary.md"), "utf8")).toContain("### Game day guarded-partition/dev: passed");
		for (const text of [output(), junit()]) expect(text).not.toContain(marker);
		await expectNothingLeft();
	});

	it("makes nothing without --yes where there is no terminal", async () => {
		const { ended, output } = start();
		expect(await ended).toBe(5);
		expect(output()).toContain("there is no terminal to ask at; approve with --yes");
		expect(server.cluster.requests.filter((request) => request.startsWith("create"))).toEqual([]);
	});

	it("asks at a terminal, which shows what goes on", async () => {
		const given = [stack.program, "--stack", stack.name, "--config-file", stack.configFile];
		const line = [process.execPath, join(root, "dist/cli/main.mjs"), "game-day", ...given].join(" ");
		const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], { env: stack.environment });
		let output = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			output += text;
			if (text.includes("(y/N)")) child.stdin.write("n\n");
		});
		expect(await new Promise((resolve) => child.on("close", resolve)), output).toBe(5);
		const drawn = output.replaceAll("\r\x1b[2K", "<again>");
		expect(drawn).toMatch(/<again>preview +\.\.\. .*<again>preview +done .* would hit 2 of 2 pods/s);
		expect(output).toMatch(/Inject these faults\? \(y\/N\) .*approval +refused .*game day +not approved/s);
		expect(keys()).toEqual([]);
	});

	it("recovers on SIGINT during the hold", async () => {
		const { child, ended, output } = start("--yes", "--hold", "10m");
		await eventually("it holds", () => output().includes("injection  done"), 120);
		interrupt(child);
		expect(await ended).toBe(3);
		expect(output()).toMatch(/hold +cut short .*\nrecovery +done .*\ngame day +inconclusive .*ended by SIG/);
		await expectNothingLeft();
	});

	it("gives up a fault that does not get in place on Ctrl-C, and recovers", async () => {
		server.cluster.reconcile = () => {};
		const { child, ended, output } = start("--yes", "--hold", "10m");
		await eventually("it injects", () => keys().length === 1, 120);
		interrupt(child);
		expect(await ended).toBe(3);
		expect(output()).toMatch(/injection +cut short .*\nrecovery +done .*\ngame day +inconclusive/);
		await expectNothingLeft();
	});

	it("says on the second Ctrl-C what is left, and how to recover it", async () => {
		lettingGo = false;
		const { child, ended, output } = start("--yes", "--hold", "10m");
		await eventually("it holds", () => output().includes("injection  done"), 120);
		interrupt(child);
		await eventually("it recovers", () => server.cluster.requests.some((request) => request.startsWith("delete")), 120);
		interrupt(child);
		expect(await ended).toBe(6);
		expect(output()).toMatch(
			/game day +left behind .*NetworkChaos "default\/guarded-partition-\w+" \(shop\/front-1\) may be left: interrupted twice \(SIGINT\)\. Recover with "pulumi cancel --stack dev --cwd .*", then "pulumi destroy --stack dev --cwd /,
		);
		lettingGo = true;
		server.cluster.changes.emit("change");
		await eventually("what goes on below has ended", () => stack.orphans().length === 0, 60);
		await stack.cancel();
		await stack.ok("destroy");
		await expectNothingLeft();
	});
});
