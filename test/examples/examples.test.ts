import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { AppsV1Api, loadYaml, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pauseAnnotation, reasonAnnotation } from "../../api/names.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { pauseImage } from "../../tools/cluster/containerd.ts";
import { leftovers } from "../../tools/demo/leftovers.ts";
import { ensureImages } from "../../tools/images/ensure.ts";
import { root } from "../../tools/lib/paths.ts";
import { execInPod } from "../../tools/lib/pod-exec.ts";
import { flushPodRules, podRules } from "../../tools/lib/pod-network.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { changesOf } from "../support/audit.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { counters } from "../support/pod-counters.ts";
import { measure, sampleNamespace } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

/** The settings of an environment as they stand in the repository, but for what names a user's own cluster and registry. */
function environment(name: string): Record<string, string> {
	const { config } = loadYaml<{ config: Record<string, string> }>(
		readFileSync(join(root, `Pulumi.${name}.yaml`), "utf8"),
	);
	const foreign = ["kubeconfig", "context", "image", "sampleImage"].map((key) => `pulumi-chaos:${key}`);
	return Object.fromEntries(Object.entries(config).filter(([key]) => !foreign.includes(key)));
}

/** How many pods of a role have rules of a fault. */
async function hit(role: string): Promise<number> {
	const pods = await runningPods(sampleNamespace, `app=${role}`);
	return pods.filter(({ metadata }) => podRules(metadata?.uid ?? "").includes("drop")).length;
}

/** Expects that pods of one role reach none of another, by no way that they try. */
async function expectCutOff(from: string, to: string): Promise<void> {
	const attempts = (await measure())
		.filter(({ role }) => role === from)
		.flatMap(({ reached }) => reached.filter(({ role }) => role === to));
	expect(attempts.length).toBeGreaterThan(0);
	expect(attempts.filter(({ ok }) => ok)).toEqual([]);
}

let program: Stack;

beforeAll(async () => {
	const images = await ensureImages();
	program = await Stack.create(root, "dev", {
		...environment("dev"),
		"pulumi-chaos:kubeconfig": kubeconfigPath(),
		"pulumi-chaos:image": images.system.ref,
		"pulumi-chaos:sampleImage": images.sample.ref,
		"pulumi-chaos:imagePullPolicy": "Never",
		"pulumi-chaos:attack": "false",
	});
	await program.ok("up");
});

afterAll(async () => {
	await program.ok("destroy");
	program.dispose();
	expect(await leftovers(clients().config, [sampleNamespace, "pulumi-chaos"])).toEqual([]);
});

describe("the root program", () => {
	it.each([
		["dev", { front: 3, back: 3 }],
		["staging", { front: 1, back: 3 }],
		["prod", { front: 1, back: 3 }],
	])("hits in %s as many pods as that environment allows", async (name, expected) => {
		const settings = { ...environment(name), "pulumi-chaos:attack": "true" };
		for (const [key, value] of Object.entries(settings)) await program.configure(key, String(value));
		await program.ok("up");
		expect({ front: await hit("front"), back: await hit("back") }).toEqual(expected);
		const [experiment] = await networkChaos.all();
		expect(experiment?.spec.duration).toBe(environment(name)["pulumi-chaos:duration"]);
		await program.ok("up", "--expect-no-changes");
	});

	it("ends the attack and keeps the system when it is told so", async () => {
		await program.configure("pulumi-chaos:attack", "false");
		await program.ok("up");
		expect(await networkChaos.all()).toEqual([]);
		expect(tablesLeft()).toEqual([]);
	});
});

describe("examples/quickstart", () => {
	it("previews, injects, is quiet, and recovers", async () => {
		const quickstart = await Stack.create(join(root, "examples", "quickstart"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
		});
		try {
			const preview = await quickstart.ok("preview");
			expect(preview.output).toMatch(/NetworkChaos front-without-back create/);
			expect(await networkChaos.all()).toEqual([]);

			const up = await quickstart.ok("up");
			expect(up.output).toMatch(/phase *: "Injected"/);
			await expectCutOff("front", "back");

			await quickstart.ok("refresh", "--expect-no-changes");
			await quickstart.ok("up", "--expect-no-changes");
			await quickstart.ok("destroy");
			expect(tablesLeft()).toEqual([]);
		} finally {
			await quickstart.ok("destroy");
			quickstart.dispose();
		}
	});
});

describe("examples/blast-radius", () => {
	const namespace = "blast-radius";
	const object = /^front-alone-/;
	const scale = (replicas: number) =>
		clients()
			.config.makeApiClient(AppsV1Api)
			.patchNamespacedDeploymentScale(
				{ name: "front", namespace, body: { spec: { replicas } } },
				setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
			);
	const fronts = () => runningPods(namespace, "app=front");

	it("says at the preview who would be hit, refuses more than its limit, and hits whom a plan was made for", async () => {
		const stack = await Stack.create(join(root, "examples", "blast-radius"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			image: pauseImage,
		});
		const plan = join(stack.folder, "plan.json");
		// The API server's log is older than this stack.
		const earlier = changesOf(namespace, object).length;
		const changes = () => changesOf(namespace, object).slice(earlier);
		try {
			await stack.configure("attack", "true");
			expect((await stack.ok("preview")).output).toMatch(
				/NetworkChaos "blast-radius\/front-alone-[0-9a-f]{8}" would hit pods that are not known yet: its spec depends on what is not there yet/,
			);
			await stack.configure("attack", "false");
			await stack.ok("up");

			await stack.configure("attack", "true");
			expect((await stack.ok("preview")).output).toMatch(
				/NetworkChaos "blast-radius\/front-alone-[0-9a-f]{8}" would hit 7 of 22 pods in namespace blast-radius: Deployment blast-radius\/front 7 of 7 \(100 %\); on nodes main-1 \(\d\), main-2 \(\d\)/,
			);
			await stack.configure("limit", "5");
			const over = await stack.run("up");
			expect(over.status).not.toBe(0);
			expect(over.output).toContain("limit.targets: 5 is less than the 7 pods that would be hit (blast-radius/front-");
			expect(changes()).toEqual([]);

			await stack.configure("limit", "10");
			await stack.ok("preview", "--save-plan", plan);
			await scale(8);
			await eventually("there is one more", async () => (await fronts()).length === 8);
			const moved = await stack.run("up", "--plan", plan);
			expect(moved.status).not.toBe(0);
			expect(moved.output).toMatch(/violates plan.*previewed/s);
			expect(changes()).toEqual([]);

			await scale(7);
			await eventually("there are as many as before", async () => (await fronts()).length === 7);
			await stack.ok("preview", "--save-plan", plan);
			await stack.ok("up", "--plan", plan);
			const cut = (await fronts()).filter(({ metadata }) => podRules(metadata?.uid ?? "").includes("drop"));
			expect(cut).toHaveLength(7);
			await stack.ok("up", "--expect-no-changes");
			await stack.ok("refresh", "--expect-no-changes");
			expect(changes()[0]).toBe("create");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(tablesLeft()).toEqual([]);
	});
});

describe("examples/drift", () => {
	const namespace = "drift";
	const fronts = () => runningPods(namespace, "app=front");
	const hasFault = ({ metadata }: V1Pod): boolean => podRules(metadata?.uid ?? "").includes("drop");
	let stack: Stack;
	let name: string;

	beforeAll(async () => {
		stack = await Stack.create(join(root, "examples", "drift"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			image: pauseImage,
		});
		await stack.ok("up");
		name = (await networkChaos.all()).find(({ metadata }) => metadata.namespace === namespace)?.metadata.name ?? "";
	});

	afterAll(async () => {
		await stack.ok("destroy");
		stack.dispose();
		expect(tablesLeft()).toEqual([]);
	});

	/** Expects the README to print what refresh says, which says it once, and `up` to put it right. */
	async function expectAsInReadme(words: RegExp): Promise<void> {
		const { output } = await stack.ok("refresh");
		const said = output.replaceAll(/\s+/g, " ");
		expect(said).toMatch(words);
		expect(readFileSync(join(root, "examples", "drift", "README.md"), "utf8")).toMatch(words);
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up");
		expect((await fronts()).map(hasFault)).toEqual([true, true]);
		await stack.ok("up", "--expect-no-changes");
	}

	it("tells a pause by hand", async () => {
		await networkChaos.annotate(namespace, name, { [pauseAnnotation]: "true" });
		await networkChaos.condition(namespace, name, "AllRecovered", "True");
		await expectAsInReadme(
			/ is not "Injected" but "Paused": somebody has paused it, by setting the annotation experiment\.chaos-mesh\.org\/pause; "pulumi up" takes it off and injects the fault again/,
		);
	});

	it("tells a fault that was taken out by hand", async () => {
		const [front] = await fronts();
		flushPodRules(front?.metadata?.uid ?? "");
		await networkChaos.condition(namespace, name, "FaultLost", "True");
		await expectAsInReadme(
			/ is not "Injected" but "Lost": drift\/front-[\w-]+: the fault is no longer in place on pod drift\/front-[\w-]+; nobody asked for that; "pulumi up" puts it back/,
		);
	});

	it("tells an edited object, and one with an edited annotation", async () => {
		await expect(networkChaos.edit(namespace, name, { mode: "one" })).rejects.toThrow(/422/);
		await networkChaos.replace(namespace, name, { mode: "one" });
		await networkChaos.condition(namespace, name, "AllInjected", "True");
		await expectAsInReadme(
			/ is not "Injected" but "Edited": somebody has edited it: mode is "one" and should be "all"; "pulumi up" makes it anew, as it was declared/,
		);
		await networkChaos.annotate(namespace, name, { [reasonAnnotation]: "mine" });
		await expectAsInReadme(
			/ is not "Injected" but "Edited": somebody has edited it: annotation pulumi-chaos\.io\/reason is "mine" and should be "to see what drifts"; "pulumi up" puts it back/,
		);
	});

	it("tells a target that was replaced, and who is not hit in its place", async () => {
		const [gone] = await fronts();
		await clients().core.deleteNamespacedPod({ namespace, name: gone?.metadata?.name ?? "" });
		await networkChaos.condition(namespace, name, "TargetGone", "True");
		await eventually("another runs in its place", async () => (await fronts()).length === 2);
		await expectAsInReadme(
			/ is not "Injected" but "Target gone": drift\/front-[\w-]+: the pod (?:does not exist any more|has ended \(\w+\)); drift\/front-[\w-]+ has come since and is not hit; "pulumi up" makes it anew, with new targets and its whole duration/,
		);
	});

	it("tells that it was deleted", async () => {
		await networkChaos.delete(namespace, name);
		await expectAsInReadme(
			/ is not in the cluster https:\/\/.* any more: somebody deleted it, and with it the fault was recovered; "pulumi up" injects it again/,
		);
	});

	it("lets the experiment follow its selector: whoever comes is hit, whoever loses the label is free, and nobody says drift", async () => {
		const uidOf = async () => (await networkChaos.read(namespace, name))?.metadata.uid;
		const before = await uidOf();
		await stack.configure("follow", "true");
		await stack.ok("up");
		expect(await uidOf()).toBe(before);
		await stack.configure("replicas", "4");
		await stack.ok("up");
		expect(await uidOf()).toBe(before);
		const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
		const allAreHit = () =>
			eventually("all four are hit", async () => {
				const pods = await fronts();
				return pods.length === 4 && pods.every(hasFault);
			});
		await allAreHit();
		const [gone, loose] = await fronts();
		await clients().core.deleteNamespacedPod({ namespace, name: gone?.metadata?.name ?? "" });
		await clients().core.patchNamespacedPod(
			{ namespace, name: loose?.metadata?.name ?? "", body: { metadata: { labels: { app: "loose" } } } },
			merge,
		);
		await eventually("the pod without the label is free", () => loose !== undefined && !hasFault(loose));
		await allAreHit();
		await networkChaos.condition(namespace, name, "AllInjected", "True");
		await stack.ok("refresh", "--expect-no-changes");
		const up = await stack.ok("up", "--expect-no-changes");
		const names = (await fronts()).map(({ metadata }) => `${namespace}/${metadata?.name}`).sort();
		for (const target of names) expect(up.output).toContain(target);
		const resource = (await stack.resources()).find(({ type }) => type.endsWith(":NetworkChaos"));
		expect(resource?.outputs).toMatchObject({ phase: "Injected", message: "", targets: names });
	});
});

describe("examples/third-party", () => {
	it("cuts one part off from a host by its name, is quiet, and recovers", async () => {
		const stack = await Stack.create(join(root, "examples", "third-party"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			host: `store.${sampleNamespace}.svc:8080`,
		});
		try {
			await stack.ok("up");
			await expectCutOff("back", "store");
			await stack.ok("up", "--expect-no-changes");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(tablesLeft()).toEqual([]);
	});
});

describe("examples/slow-database", () => {
	/** Whether no attempt of one role to reach another took less than so many milliseconds. */
	async function takes(from: string, to: string, ms: number): Promise<boolean> {
		const all = (await measure(3000)).filter(({ role }) => role === from).flatMap(({ reached }) => reached);
		const attempts = all.filter(({ role }) => role === to);
		expect(attempts.filter(({ ok }) => !ok)).toEqual([]);
		return attempts.every((attempt) => attempt.ms >= ms);
	}

	it("slows down what one role asks another, is quiet, and lets go", async () => {
		const stack = await Stack.create(join(root, "examples", "slow-database"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			latency: "400ms",
			jitter: "50ms",
		});
		try {
			await stack.ok("up");
			expect(await takes("back", "store", 350)).toBe(true);
			expect(await takes("front", "store", 350)).toBe(false);
			await stack.ok("refresh", "--expect-no-changes");
			await stack.ok("up", "--expect-no-changes");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(await takes("back", "store", 350)).toBe(false);
		expect(tablesLeft()).toEqual([]);
	});
});

describe("examples/lossy-zone-link", () => {
	/** How many attempts of pods fail to reach pods on the same node and on the other one. */
	async function failures(): Promise<{ near: number; far: number }> {
		const nodes = new Map<string, string>();
		for (const { metadata, spec } of await runningPods(sampleNamespace, "app")) {
			nodes.set(metadata?.name ?? "", spec?.nodeName ?? "");
		}
		const failed = (await measure()).flatMap(({ pod, reached, error }) => {
			expect(error).toBeNull();
			return reached
				.filter(({ ok, via }) => !ok && via === "pod")
				.map(({ peer }) => nodes.get(peer ?? "") === nodes.get(pod));
		});
		return { near: failed.filter((near) => near).length, far: failed.filter((near) => !near).length };
	}

	it("loses what goes from zone to zone, and nothing within one, is quiet, and loses nothing afterwards", async () => {
		const stack = await Stack.create(join(root, "examples", "lossy-zone-link"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			loss: "60",
		});
		try {
			await stack.ok("up");
			const { near, far } = await failures();
			expect(near).toBe(0);
			expect(far).toBeGreaterThan(0);
			await stack.ok("refresh", "--expect-no-changes");
			await stack.ok("up", "--expect-no-changes");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(await failures()).toEqual({ near: 0, far: 0 });
		expect(tablesLeft()).toEqual([]);
	});
});

describe("examples/guarded-partition", () => {
	/** What the state says of the experiment. */
	async function outputs(stack: Stack): Promise<unknown> {
		return (await stack.resources()).find(({ outputs: has }) => has?.["kind"] === "NetworkChaos")?.outputs;
	}

	it("is undone by the cluster when the front fails, is not put back by up, and is by another round", async () => {
		const stack = await Stack.create(join(root, "examples", "guarded-partition"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
		});
		try {
			// Whether it returns before the front has failed twice is a matter of chance.
			await stack.run("up");
			await eventually("nothing of the fault is left", () => tablesLeft().length === 0);
			const { output } = await stack.ok("refresh");
			expect(output.replaceAll(/\s+/g, " ")).toMatch(
				/is not "Injected" but "Aborted": probe "front-answers" has failed 2 times in a row while the fault was in place: status 502, not 200/,
			);
			expect(await outputs(stack)).toMatchObject({ phase: "Aborted", verdict: "aborted" });
			await stack.run("up");
			expect(tablesLeft()).toEqual([]);
			expect(await hit("front")).toBe(0);
			await stack.configure("round", "2");
			await stack.configure("url", "http://store.shop:8080/");
			await stack.ok("up");
			expect(await hit("front")).toBe(3);
			await expectCutOff("front", "back");
			await stack.ok("refresh", "--expect-no-changes");
			await stack.ok("up", "--expect-no-changes");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(tablesLeft()).toEqual([]);
	});

	it("does nothing when the front fails before, says so in the probe's words, and is gone by destroy", async () => {
		const stack = await Stack.create(join(root, "examples", "guarded-partition"), "ill", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			url: "http://front.shop:8080/nothing",
		});
		try {
			const { status, output } = await stack.run("up");
			expect(status).not.toBe(0);
			expect(output.replaceAll(/\s+/g, " ")).toContain(
				"before anything was injected: status 404, not 200. Nothing was injected",
			);
			expect(tablesLeft()).toEqual([]);
			await stack.configure("url", "http://store.shop:8080/");
			await stack.ok("up");
			await expectCutOff("front", "back");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(await networkChaos.all()).toEqual([]);
	});
});

describe("examples/gate", () => {
	const folder = join(root, "examples", "gate");
	const released = async () =>
		(await clients().core.readNamespacedConfigMap({ name: "release", namespace: sampleNamespace })).data?.["version"];
	const gone = (error: { code?: number }): undefined => {
		if (error.code !== 404) throw error;
	};

	it("releases when the experiment of another stack has passed and the front is well, and else says why not", async () => {
		const kubeconfig = { "pulumi-chaos:kubeconfig": kubeconfigPath() };
		const attack = await Stack.create(join(folder, "attack"), "staging", { ...kubeconfig, duration: "25s" });
		// Both keep their state in one place, as stacks do that know of each other.
		const backend = { PULUMI_BACKEND_URL: `file://${join(attack.folder, "state")}` };
		const gate = await Stack.create(folder, "staging", kubeconfig, backend);
		try {
			await attack.ok("up");
			const early = await gate.run("up");
			expect(early.status).not.toBe(0);
			expect(early.output).toContain(
				"nothing is released: the verdict of the experiment in organization/gate-attack/staging is not there yet",
			);
			await eventually(
				"there is a verdict",
				async () => (await networkChaos.all())[0]?.status?.verdict === "passed",
				90,
			);
			expect((await attack.ok("up", "--refresh")).output).toMatch(/verdict *: "passed"/);

			await gate.configure("url", "http://front.shop:8080/nothing");
			const ill = await gate.run("up");
			expect(ill.status).not.toBe(0);
			expect(ill.output.replaceAll(/\s+/g, " ")).toMatch(
				/Probe "default\/front-answers-[0-9a-f]{8}" does not pass: it has failed 3 times in a row: status 404, not 200\. It stays/,
			);
			expect(await released().catch(gone)).toBeUndefined();

			await gate.configure("url", "http://front.shop:8080/");
			expect((await gate.ok("up")).output).toMatch(/outcome *: "Passing"/);
			expect(await released()).toBe("1");
			await gate.ok("refresh", "--expect-no-changes");
			await gate.ok("up", "--expect-no-changes");
			await gate.configure("version", "2");
			await gate.ok("up");
			expect(await released()).toBe("2");
		} finally {
			await gate.ok("destroy");
			await attack.ok("destroy");
			gate.dispose();
			attack.dispose();
		}
		expect(tablesLeft()).toEqual([]);
	});
});

describe("examples/game-day", () => {
	const open: { folder: string; stack: Stack }[] = [];
	afterEach(async () => {
		for (const { folder, stack } of open.splice(0)) {
			await stack.ok("destroy");
			stack.dispose();
			rmSync(folder, { recursive: true, force: true });
		}
	});

	interface Ended {
		status: number | null;
		stdout: string;
		stderr: string;
	}

	/** The example as a user has it: a folder with the settings of a stack in it, beside the package. */
	async function copy(config: Record<string, string> = {}): Promise<{ folder: string; stack: Stack }> {
		const folder = mkdtempSync(join(root, "examples", ".game-day-"));
		cpSync(join(root, "examples", "game-day"), folder, { recursive: true });
		const stack = await Stack.create(folder, "staging", { "pulumi-chaos:kubeconfig": kubeconfigPath(), ...config });
		copyFileSync(stack.configFile, join(folder, "Pulumi.staging.yaml"));
		open.push({ folder, stack });
		return { folder, stack };
	}

	/** Runs a script of the repository as a command in the copy. */
	function run(script: string, args: string[], { folder, stack }: { folder: string; stack: Stack }): Promise<Ended> {
		const child = spawn(process.execPath, [join(root, script), ...args], { cwd: folder, env: stack.environment });
		const texts = Promise.all([text(child.stdout), text(child.stderr)]);
		return new Promise((resolve, reject) => {
			child.on("error", reject);
			child.on("close", async (status) => {
				const [stdout, stderr] = await texts;
				resolve({ status, stdout, stderr });
			});
		});
	}
	const gameDay = (...args: string[]) => ["game-day", ".", "--stack", "staging", "--yes", ...args];

	it("passes as a step of a pipeline, prints a line a step, writes its reports, and leaves nothing", async () => {
		const place = await copy();
		const reports = ["--junit", "game-day.xml", "--markdown", "game-day.md"];
		const { status, stdout, stderr } = await run("dist/cli/main.mjs", gameDay("--hold", "10s", ...reports), place);
		expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
		expect(stdout.split("\n").map((line) => line.slice(0, 24).trim().replaceAll(/ +/g, " "))).toEqual([
			"preview done",
			"approval done",
			"injection done",
			"hold done",
			"recovery done",
			"game day passed",
			"",
		]);
		expect(stdout).toMatch(/NetworkChaos "default\/slow-back-end-\w+" would hit 6 of 9 pods in namespace shop/);
		const report = (name: string) => readFileSync(join(place.folder, name), "utf8");
		expect(report("game-day.xml")).toContain('tests="4" failures="0" errors="0" skipped="0"');
		expect(report("game-day.md")).toContain("| NetworkChaos slow-back-end |");
		expect(await networkChaos.all()).toEqual([]);
		expect(tablesLeft()).toEqual([]);
	});

	it("ends at once when users are not served, and says so by its exit code", async () => {
		const place = await copy({ latency: "3s" });
		const { status, stdout } = await run("dist/cli/main.mjs", gameDay("--hold", "5m"), place);
		expect(status, stdout).toBe(1);
		expect(stdout).toMatch(/\ngame day +aborted .*slow-back-end: probe "users-are-served" has failed 2 times in a row/);
		expect(await networkChaos.all()).toEqual([]);
		expect(tablesLeft()).toEqual([]);
	});

	it("is a test of vitest", async () => {
		const { status, stdout, stderr } = await run(
			"node_modules/vitest/vitest.mjs",
			["run", "--root", "."],
			await copy(),
		);
		expect(status, stdout + stderr).toBe(0);
		expect(await networkChaos.all()).toEqual([]);
	});
});

describe("examples/pod-failure", () => {
	/** Uids and images of the pods of a role that are not on their way out. */
	async function podsOf(role: string): Promise<{ uid: string; image: string }[]> {
		const { items } = await clients().core.listNamespacedPod({
			namespace: sampleNamespace,
			labelSelector: `app=${role}`,
		});
		return items
			.filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
			.map(({ metadata, spec }) => ({ uid: metadata?.uid ?? "", image: spec?.containers[0]?.image ?? "" }));
	}

	it("has half of one part fail, kills one pod of another, is quiet, kills again, and recovers", async () => {
		const stack = await Stack.create(join(root, "examples", "pod-failure"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
		});
		const [backs, fronts] = await Promise.all([podsOf("back"), podsOf("front")]);
		const image = backs[0]?.image;
		const gone = async () => {
			const now = await podsOf("front");
			return fronts.filter(({ uid }) => !now.some((pod) => pod.uid === uid)).length;
		};
		try {
			await stack.ok("up");
			expect((await podsOf("back")).filter((pod) => pod.image !== image)).toHaveLength(Math.ceil(backs.length / 2));
			expect(await gone()).toBe(1);
			await stack.ok("refresh", "--expect-no-changes");
			await stack.ok("up", "--expect-no-changes");
			expect(await gone()).toBe(1);

			await eventually(
				"the fronts are complete",
				async () => (await runningPods(sampleNamespace, "app=front")).length === 3,
			);
			const killed = await podsOf("front");
			await stack.configure("round", "2");
			await stack.ok("up");
			const now = await podsOf("front");
			expect(killed.filter(({ uid }) => !now.some((pod) => pod.uid === uid))).toHaveLength(1);
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(await podsOf("back")).toEqual(backs);
	});
});

describe("examples/noisy-neighbour", () => {
	/** Names of the pods in which a stress runs, by what the node sees of them. */
	async function noisyPods(): Promise<string[]> {
		const all = await runningPods(sampleNamespace, "app");
		return all.flatMap(({ metadata }) => {
			const commands = podProcesses(metadata?.uid ?? "").map(({ command }) => command.split(" ")[0]);
			return commands.includes("stress-ng") && commands.includes("perl") ? [metadata?.name ?? ""] : [];
		});
	}

	it("has one pod use up what is asked, is quiet, and leaves nothing", async () => {
		const stack = await Stack.create(join(root, "examples", "noisy-neighbour"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
			workers: "1",
			load: "30",
			memory: "64MB",
		});
		try {
			await stack.ok("up");
			const [noisy = "", ...others] = await noisyPods();
			expect(noisy).toMatch(/^back-/);
			expect(others).toEqual([]);
			const look = () => counters(sampleNamespace, noisy, "server");
			await expect
				.poll(async () => (await look()).processors, { timeout: 60_000 })
				.toSatisfy((processors: number) => processors > 0.25 && processors < 0.4);
			const bytes = async () => (await look()).bytes;
			await expect.poll(bytes, { timeout: 60_000 }).toBeGreaterThan(64e6);
			const held = await bytes();
			await stack.ok("refresh", "--expect-no-changes");
			await stack.ok("up", "--expect-no-changes");
			await stack.ok("destroy");
			expect(await noisyPods()).toEqual([]);
			expect(held - (await bytes())).toBeGreaterThan(0.95 * 64e6);
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
	});
});

describe("examples/guard-rails", () => {
	const kubeconfig = { "pulumi-chaos:kubeconfig": kubeconfigPath() };
	const attacks = join(root, "examples", "guard-rails");
	const open: Stack[] = [];
	afterEach(async () => {
		for (const stack of open.splice(0).reverse()) {
			await stack.ok("destroy");
			stack.dispose();
		}
	});

	/** The stack of a platform team, up, and one of the attack, both for an environment that the only cluster of the tests is now. */
	async function environmentOf(name: string, rails: Record<string, string>): Promise<Stack> {
		const platform = await Stack.create(join(attacks, "platform"), name, {
			...kubeconfig,
			environment: name,
			...rails,
		});
		open.push(platform);
		await platform.ok("up");
		const attack = await Stack.create(attacks, name, { ...kubeconfig, "pulumi-chaos:environment": name });
		open.push(attack);
		return attack;
	}

	it("lets dev do what it likes", async () => {
		const dev = await environmentOf("dev", {});
		await dev.ok("up");
		expect((await networkChaos.all()).map(({ spec }) => spec.value)).toEqual(["100"]);
		await dev.ok("refresh", "--expect-no-changes");
		await dev.ok("up", "--expect-no-changes");
	});

	it("refuses in prod what is more than it allows there, and a stack for dev whatever it wants", async () => {
		const prod = await environmentOf("prod", { maxShare: "50", maxDuration: "5m", accountable: "true" });
		const tooLong = await prod.run("up");
		expect(tooLong.status).not.toBe(0);
		expect(tooLong.output).toContain(
			'spec.duration: "10m" is longer than "5m"; use at most "5m" (maxDuration of GuardRails "prod")',
		);
		expect(await networkChaos.all()).toEqual([]);

		await prod.configure("pulumi-chaos:environment", "dev");
		expect((await prod.run("up")).output).toContain('is "prod" (GuardRails "prod"); nothing was created');
		await prod.configure("pulumi-chaos:environment", "prod");

		await prod.configure("duration", "5m");
		const tooMany = await prod.run("up");
		expect(tooMany.status).not.toBe(0);
		expect(tooMany.output).toContain(
			`3 of the 3 pods of Deployment ${sampleNamespace}/back would be hit, more than 50 %; at most 1 may be`,
		);
		expect((await networkChaos.all()).flatMap(({ status }) => status?.experiment.containerRecords ?? [])).toEqual([]);

		await prod.configure("share", "30");
		await prod.ok("up");
		const [experiment] = await networkChaos.all();
		expect(experiment?.status?.experiment.containerRecords).toHaveLength(1);
		expect(experiment?.metadata?.annotations).toMatchObject({ "pulumi-chaos.io/owner-team": "checkout" });
		await prod.ok("up", "--expect-no-changes");
	});

	it("bounds two stacks on one cluster each by its own configuration, and ends one without the other", async () => {
		const [dev, prod] = [
			await Stack.create(attacks, "dev", kubeconfig),
			await Stack.create(attacks, "prod", kubeconfig),
		];
		open.push(dev, prod);
		await prod.configure("pulumi-chaos:guardRails.maxShare", "50", "--path");
		await dev.ok("up");
		const refused = await prod.run("preview");
		expect(refused.status).not.toBe(0);
		expect(refused.output).toContain(
			`3 of the 3 pods of Deployment ${sampleNamespace}/back would be hit, more than 50 %; at most 1 may be`,
		);
		await prod.configure("share", "30");
		await prod.ok("up");
		const ofProd = async () => (await networkChaos.all()).filter(({ spec }) => spec.value === "30");
		const before = await ofProd();
		expect(await networkChaos.all()).toHaveLength(2);
		await dev.ok("destroy");
		expect(await networkChaos.all()).toHaveLength(1);
		expect(await ofProd()).toEqual(before);
		await prod.ok("refresh", "--expect-no-changes");
	});
});

describe("examples/clock-ahead", () => {
	/** Hours by which each server of a role is ahead, by the date that it puts on its answers. */
	async function hoursAhead(role: string): Promise<number[]> {
		const pods = await runningPods(sampleNamespace, `app=${role}`);
		const ask = 'fetch("http://localhost:8080/whoami").then(({ headers }) => console.log(headers.get("date")))';
		return Promise.all(
			pods.map(async ({ metadata, spec }) => {
				const place = { namespace: sampleNamespace, pod: metadata?.name ?? "" };
				const container = spec?.containers[0]?.name ?? "";
				const call = { ...place, container, command: ["node", "-e", ask], timeoutMs: 30_000 };
				const { stdout } = await execInPod(clients().config, call);
				return Math.round((Date.parse(stdout) - Date.now()) / 3_600_000) + 0;
			}),
		);
	}

	it("has one service live an hour ahead, is quiet, and gives it the right time back", async () => {
		const stack = await Stack.create(join(root, "examples", "clock-ahead"), "dev", {
			"pulumi-chaos:kubeconfig": kubeconfigPath(),
		});
		try {
			await stack.ok("up");
			expect(await hoursAhead("back")).toEqual([1, 1, 1]);
			expect(await hoursAhead("front")).toEqual([0, 0, 0]);
			await stack.ok("refresh", "--expect-no-changes");
			await stack.ok("up", "--expect-no-changes");
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(await hoursAhead("back")).toEqual([0, 0, 0]);
	});
});
