import { expect, it } from "vitest";
import { pauseAnnotation } from "../../api/names.ts";
import type { Phase, Status } from "../../api/status.ts";
import { desire } from "../../controller/desired-phase.ts";
import { experiment } from "./world.ts";

const hour = 3_600_000;
const standing = { awaited: [] };
const created = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number, changes: Parameters<typeof experiment>[0] = {}, oneShot = false, stop?: string) =>
	desire(experiment({ ...changes, metadata: { creationTimestamp: "2026-01-01T00:00:00Z", ...changes.metadata } }), {
		now: created + seconds * 1000,
		defaultDurationMs: hour,
		oneShot,
		stop,
		standing,
	});

const paused = { annotations: { [pauseAnnotation]: "true" } };
const deletionTimestamp = "2026-01-01T00:00:01Z";

it("runs until its time is over", () => {
	const spec = { duration: "90s" };
	expect(at(89.999, { spec })).toEqual({
		phase: "Run",
		why: "running",
		paused: false,
		expired: false,
		deadline: created + 90_000,
	});
	expect(at(90, { spec })).toMatchObject({ phase: "Stop", why: "expired", expired: true });
});

it("ends by itself when it has no duration, or one that can't be read", () => {
	expect(at(3599).phase).toBe("Run");
	expect(at(3600)).toMatchObject({ phase: "Stop", why: "expired", deadline: created + hour });
	expect(at(3600, { spec: { duration: "soon" } }).why).toBe("expired");
	expect(at(0, { spec: { duration: 5 as unknown as string } }).deadline).toBe(created + hour);
});

it("lets a duration of its own be longer than the installation's default", () => {
	expect(at(2 * 3600, { spec: { duration: "3h" } }).phase).toBe("Run");
});

it("stops while the annotation is exactly true", () => {
	expect(at(0, { metadata: paused })).toMatchObject({ phase: "Stop", why: "paused", paused: true });
	for (const value of ["True", "yes", "1", ""]) {
		expect(at(0, { metadata: { annotations: { [pauseAnnotation]: value } } }).phase).toBe("Run");
	}
});

it("takes deleted before expired before paused", () => {
	expect(at(4000, { metadata: { ...paused, deletionTimestamp } }).why).toBe("deleted");
	expect(at(4000, { metadata: paused })).toMatchObject({ why: "expired", paused: true, expired: true });
});

it("leaves what is done once as it is: time and pause say nothing, only deletion does", () => {
	expect(at(7200, { metadata: paused }, true)).toMatchObject({ phase: "Run", paused: false, expired: false });
	expect(at(1, { metadata: { deletionTimestamp } }, true)).toMatchObject({ phase: "Stop", why: "deleted" });
});

it("stops under an emergency stop, whatever its annotations say; a deletion and the end of its time are told all the same", () => {
	expect(at(0, {}, false, "night")).toMatchObject({ phase: "Stop", why: "stopped", stop: "night" });
	expect(at(0, { metadata: paused }, false, "night")).toMatchObject({ why: "stopped", paused: true });
	expect(at(4000, {}, false, "night").why).toBe("expired");
	expect(at(0, { metadata: { deletionTimestamp } }, false, "night").why).toBe("deleted");
});

it("stops what is done once until it is done", () => {
	const record = { id: "a", selectorKey: ".", injectedCount: 0, recoveredCount: 0, node: "n", podUid: "u" };
	const status = (...phases: Phase[]): Status => ({
		experiment: { desiredPhase: "Run", containerRecords: phases.map((phase) => ({ ...record, phase })) },
	});
	const under = (has?: Status) =>
		desire(
			{ ...experiment(), ...(has && { status: has }) },
			{ now: created, defaultDurationMs: hour, oneShot: true, stop: "night", standing },
		);
	expect(under().why).toBe("stopped");
	expect(under(status("Injected", "Not Injected")).why).toBe("stopped");
	expect(under(status("Injected", "Injected"))).toMatchObject({ phase: "Run", why: "running" });
	expect(under(status("Injected"))).not.toHaveProperty("stop");
});
