import { afterEach, expect, it } from "vitest";
import type { Probe } from "../../../api/probe.ts";
import type { Answer, Ask } from "../../../controller/probes/looker.ts";
import { Prober } from "../../../controller/probes/prober.ts";
import { eventually } from "../../support/kubernetes.ts";
import { experiment } from "../world.ts";

const probe: Probe = { name: "front", type: "tcp", when: ["during"], interval: "1s", timeout: "100ms", tolerance: 0 };
const caller = { key: "cut", uid: "uid-cut", where: "node" as const };
const followed = { experiment: experiment(), stage: "during" as const, probes: [probe], statuses: [] };

let prober: Prober;
afterEach(() => prober.stop());

/** A prober that notes whom it wakes, and how soon. */
function proberOf(ask: Ask, now?: () => number): { woken: number[] } {
	const woken: number[] = [];
	prober = new Prober({ ask, wake: (_key, after) => woken.push(after), ...(now && { now }) });
	return { woken };
}

it("takes no answer in time for a failure, and has what asks break off", async () => {
	let broken = false;
	const { woken } = proberOf(
		(_probe, _experiment, signal) =>
			new Promise((_resolve, reject) =>
				signal.addEventListener("abort", () => {
					broken = true;
					reject(new Error("broken off"));
				}),
			),
	);
	prober.follow(caller, followed);
	await eventually("it gives up", () => woken.length > 0, 10);
	expect([broken, woken]).toEqual([true, [0]]);
	expect(prober.collect("uid-cut")).toMatchObject([{ outcome: "failed", message: "no answer within 100ms" }]);
	prober.acknowledge("uid-cut", 1);
	expect(prober.collect("uid-cut")).toEqual([]);
});

it("begins nothing any more once all is ended", async () => {
	let asked = 0;
	proberOf(async () => {
		asked++;
		return { outcome: "passed" };
	});
	prober.stop();
	prober.follow(caller, followed);
	await new Promise((done) => setTimeout(done, 50));
	expect(asked).toBe(0);
});

it("takes what is thrown for an error", async () => {
	const { woken } = proberOf(() => Promise.reject(new Error("no rights")));
	prober.follow(caller, followed);
	await eventually("it has looked", () => woken.length > 0, 10);
	expect(prober.collect("uid-cut")).toMatchObject([{ outcome: "error", message: "no rights" }]);
});

it("asks on in its interval although somebody sets the clock back", async () => {
	let wall = Date.parse("2026-01-01T12:00:00Z");
	let asked = 0;
	proberOf(
		async (): Promise<Answer> => {
			asked++;
			wall -= 3_600_000;
			return { outcome: "passed" };
		},
		() => wall,
	);
	prober.follow(caller, followed);
	await eventually("it is asked again", () => asked > 1, 10);
});

it("asks nobody any more once it is told to stop, and drops what comes in late", async () => {
	const { promise, resolve } = Promise.withResolvers<Answer>();
	let asked = 0;
	const { woken } = proberOf(() => {
		asked++;
		return promise;
	});
	prober.follow(caller, followed);
	prober.follow(caller, followed);
	expect(asked).toBe(1);
	prober.follow(caller, { ...followed, stage: undefined });
	resolve({ outcome: "passed" });
	await promise;
	await new Promise((done) => setTimeout(done, 50));
	expect([woken, prober.collect("uid-cut"), asked]).toEqual([[], [], 1]);
});
