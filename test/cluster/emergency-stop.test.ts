import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { emergencyStopKind, emergencyStopsPath } from "../../api/emergency-stop.ts";
import { ownGroup, version } from "../../api/names.ts";
import { eventually } from "../support/kubernetes.ts";
import { conditionOf, Stage } from "./stage.ts";

const stage = new Stage();
const name = `stop-${stage.suffix}`;

beforeAll(() => stage.open(2));
afterAll(() => stage.close());
afterEach(lift);

async function declare(spec?: object): Promise<void> {
	const body = { apiVersion: `${ownGroup}/${version}`, kind: emergencyStopKind, metadata: { name } };
	await stage.server.post(emergencyStopsPath, { ...body, ...(spec && { spec }) });
}

async function lift(): Promise<void> {
	await stage.server.delete(`${emergencyStopsPath}/${name}`, {}).catch(() => undefined);
}

/** How many faults the nodes hold. */
const held = (): number => stage.daemon(1).held.size + stage.daemon(2).held.size;

it("takes every fault out, lets nothing begin, and puts back what should still run when it is lifted", async () => {
	for (const [index, node] of [1, 2, 1].entries()) {
		await stage.runPod(stage.shop, `pod-${index}`, { app: `app-${index}` }, node);
		await stage.create(`app-${index}`, {});
		await stage.until(`app-${index}`, "AllInjected", "True");
	}
	expect(held()).toBe(3);

	await declare({ reason: "the shop is down" });
	for (const index of [0, 1, 2]) await stage.until(`app-${index}`, "AllRecovered", "True", "Recovered");
	expect(held()).toBe(0);
	expect(conditionOf(await stage.read("app-0"), "Stopped")).toMatchObject({
		status: "True",
		message: `an emergency stop is on (EmergencyStop "${name}": the shop is down); the fault stays out of every target until it is deleted`,
	});

	await stage.runPod(stage.shop, "late", { app: "late" });
	await stage.create("late", {});
	const late = await stage.until("late", "Selected", "False", "EmergencyStop");
	expect(late.status?.experiment.containerRecords).toBeUndefined();
	expect(held()).toBe(0);

	await lift();
	for (const each of ["app-0", "app-1", "app-2", "late"]) await stage.until(each, "AllInjected", "True", "Injected");
	expect(held()).toBe(4);
});

it("is known to a controller that starts, before it does anything", async () => {
	await stage.runPod(stage.shop, "early", { app: "early" });
	await stage.stopController();
	await declare();
	await stage.startController();
	await eventually("the faults are out", () => held() === 0);
	await stage.create("early", {});
	await stage.until("early", "Stopped", "True", "EmergencyStop");
	expect(held()).toBe(0);
});
