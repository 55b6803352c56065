import { dirname } from "node:path/posix";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import { apiVersion, ownGroup, pauseAnnotation, version } from "../../api/names.ts";
import { guardRailsKind, guardRailsPath } from "../../guard-rails/object.ts";
import { eventually } from "../support/kubernetes.ts";
import { conditionOf, Stage } from "./stage.ts";
import { installWebhooks, tryPartition } from "./webhooks.ts";

const stage = new Stage();
const name = `production-${stage.suffix}`;

beforeAll(async () => {
	await stage.open(1);
	await installWebhooks(stage);
});
afterAll(() => stage.close());
afterEach(async ({ task }) => {
	await lift();
	if (task.result?.state === "fail") console.error(stage.log.slice(-20).join(""));
});

const declaration = (spec: object) => ({
	apiVersion: `${ownGroup}/${version}`,
	kind: guardRailsKind,
	metadata: { name },
	spec,
});

/** Puts guard rails into the cluster, and waits until an experiment of a kind that they leave out is refused. */
async function declare(spec: object): Promise<void> {
	await stage.server.post(guardRailsPath, declaration({ ...spec, kinds: ["NetworkChaos/partition"] }));
	const other = { action: "delay", delay: { latency: "1ms" } } as const;
	await eventually("the guard rails hold", () =>
		tryPartition(stage, other).then(
			() => false,
			() => true,
		),
	);
}

async function lift(): Promise<void> {
	await stage.remove(`${guardRailsPath}/${name}`);
	const free = () => tryPartition(stage, { action: "delay", delay: { latency: "1ms" } });
	await eventually("no guard rails hold", () =>
		free().then(
			() => true,
			() => false,
		),
	);
}

/** Creates an experiment as `kubectl create` does. */
function create(title: string, spec: object, annotations: Record<string, string> = {}): Promise<Experiment> {
	const whole = { action: "partition", mode: "all", selector: { labelSelectors: { app: title } }, ...spec };
	const body = { apiVersion, kind: "NetworkChaos", metadata: { name: title, annotations }, spec: whole };
	return stage.server.post<Experiment>(dirname(stage.path(title)), body);
}

/** Pods of one workload: what owns them is an object that the API server knows, so that they are no garbage. */
async function runWorkload(app: string, names: readonly string[]): Promise<void> {
	const path = `/api/v1/namespaces/${stage.shop}/configmaps`;
	await stage.make(path, { metadata: { name: app } });
	const { metadata } = await stage.server.get<{ metadata: { uid: string } }>(`${path}/${app}`);
	const owner = { apiVersion: "v1", kind: "ConfigMap", name: app, uid: metadata.uid, controller: true };
	for (const pod of names) {
		await stage.runPod(stage.shop, pod, { app }, 1, undefined, { metadata: { ownerReferences: [owner] } });
	}
}

describe("the definition", () => {
	it.each<[object, RegExp]>([
		[{ maxShare: 101 }, /spec\.maxShare: Invalid value: 101/],
		[{ maxDuration: "0s" }, /spec\.maxDuration: .*is not a duration above zero/],
		[{ kinds: [] }, /spec\.kinds/],
		[{ windows: [{ from: "9:00", to: "17:00" }] }, /spec\.windows\[0\]\.from/],
		[{ windows: [{ from: "09:00" }] }, /spec\.windows\[0\]\.to: Required value/],
	])("refuses %j", async (spec, message) => {
		await expect(stage.server.post(guardRailsPath, declaration(spec))).rejects.toThrow(message);
	});
});

describe("what is created by hand", () => {
	it("is refused when it is more than they allow, with all that would have to be otherwise", async () => {
		await declare({ maxDuration: "15m", namespaces: [stage.shop], requireOwner: true });
		const asked = { duration: "1h", selector: { namespaces: ["default"], labelSelectors: { app: "x" } } };
		await expect(create("too-much", asked)).rejects.toThrow(
			[
				'admission webhook "validate.pulumi-chaos.io" denied the request: ' +
					`spec.selector.namespaces[0]: "default" may not be hit; hit "${stage.shop}" (namespaces of GuardRails "${name}")`,
				`spec.duration: "1h" is longer than "15m"; use at most "15m" (maxDuration of GuardRails "${name}")`,
				'metadata.annotations["pulumi-chaos.io/owner-team"]: missing; write the name of the team that answers for the ' +
					`experiment (requireOwner of GuardRails "${name}") (422)`,
			].join("\n"),
		);
		expect(await stage.read("too-much")).toBeUndefined();
		await create("within", { duration: "10m" }, { "pulumi-chaos.io/owner-team": "checkout" });
		await stage.delete("within");
		await stage.gone("within");
	});

	it("is refused outside of the windows", async () => {
		const day = new Date(Date.now() + 3 * 86_400_000).toUTCString().slice(0, 3);
		await declare({ windows: [{ days: [day], from: "09:00", to: "10:00" }] });
		await expect(create("closed", {})).rejects.toThrow(/outside of the windows; the next window opens at .*T09:00:00Z/);
	});
});

describe("what is there already", () => {
	it("goes on, and is paused and deleted as ever", async () => {
		await runWorkload("before", ["before-1"]);
		await create("before", { duration: "1h" });
		await stage.until("before", "AllInjected", "True");
		await declare({ maxDuration: "1m", namespaces: ["nowhere"] });
		await stage.annotate("before", { [pauseAnnotation]: "true" });
		await stage.until("before", "AllRecovered", "True");
		await stage.annotate("before", { [pauseAnnotation]: null });
		await stage.until("before", "AllInjected", "True");
		await stage.delete("before");
		await stage.gone("before");
	});
});

describe("targets", () => {
	it("that are too many are not hit, until there are enough pods for it", async () => {
		await runWorkload("shared", ["shared-1", "shared-2"]);
		await declare({ maxShare: 50 });
		await create("shared", {});
		const refused = await stage.until("shared", "Selected", "False", "GuardRails");
		expect(conditionOf(refused, "Selected")?.message).toBe(
			`more than the guard rails allow: 2 of the 2 pods of ConfigMap ${stage.shop}/shared would be hit, more than 50 %; at ` +
				`most 1 may be: use mode "fixed" with value "1" (maxShare of GuardRails "${name}")`,
		);
		expect(stage.daemon(1).held.size).toBe(0);
		await lift();
		await stage.until("shared", "AllInjected", "True");
		expect(stage.daemon(1).held.size).toBe(2);
		await stage.delete("shared");
		await stage.gone("shared");
	});
});
