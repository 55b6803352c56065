import { beforeEach, expect, it } from "vitest";
import type { NamedHost } from "../../../api/plan.ts";
import type { Found } from "../../../controller/hosts/found.ts";
import { Hosts } from "../../../controller/hosts/hosts.ts";

const host: NamedHost = { path: "externalTargets[0]", text: "Pay.example.com", name: "pay.example.com" };

let clock: number;
let answer: () => Promise<Found>;
let looked: number;
let woken: string[];
let hosts: Hosts;

const found =
	(...addresses: string[]) =>
	async (): Promise<Found> => ({ addresses, freshMs: 5000, keptMs: 60_000 });

beforeEach(() => {
	clock = 1000;
	looked = 0;
	woken = [];
	hosts = new Hosts({
		lookUp: () => {
			looked++;
			return answer();
		},
		wake: (key) => woken.push(key),
		now: () => clock,
	});
});

/** What is known after so many ms, once the look-up that is due then has ended. */
async function after(ms: number): Promise<{ addresses: string[]; problem?: string }> {
	clock += ms;
	await hosts.ask("a", host, []);
	await new Promise((resolve) => setImmediate(resolve));
	const { addresses, problem } = await hosts.ask("a", host, []);
	return { addresses, ...(problem !== undefined && { problem }) };
}

it("looks a name up when its answer is no longer fresh, and wakes those who ask when it has changed", async () => {
	answer = found("10.0.0.2", "10.0.0.1");
	const [first] = await Promise.all([hosts.ask("a", host, []), hosts.ask("b", host, [])]);
	expect(first).toEqual({ host, addresses: ["10.0.0.1", "10.0.0.2"], againMs: 5000 });
	clock += 4999;
	expect(await hosts.ask("a", host, [])).toMatchObject({ againMs: 1 });
	expect([looked, woken]).toEqual([1, []]);
	await after(1);
	expect([looked, woken]).toEqual([2, []]);
	answer = found("10.0.0.3");
	await after(5000);
	expect(woken.sort()).toEqual(["a", "b"]);
});

it("keeps addresses for a while that an answer does not name any more: it may name only some", async () => {
	answer = found("10.0.0.1");
	await after(0);
	answer = found("10.0.0.2");
	expect(await after(5000)).toEqual({ addresses: ["10.0.0.1", "10.0.0.2"] });
	expect(await after(60_001)).toEqual({ addresses: ["10.0.0.2"] });
});

it("keeps the last addresses of a name that stands for nothing any more, for as long as that lasts", async () => {
	answer = found("10.0.0.1");
	await after(0);
	answer = () => Promise.reject(new Error("no such name"));
	const lost = { addresses: ["10.0.0.1"], problem: "no such name" };
	expect(await after(5000)).toEqual(lost);
	expect(await after(600_000)).toEqual(lost);
	answer = found("10.0.0.2");
	expect(await after(5000)).toEqual({ addresses: ["10.0.0.2"] });
	expect(woken).toEqual(["a", "a"]);
});

it("keeps what half an answer leaves out", async () => {
	answer = found("10.0.0.1", "fd00::1");
	await after(0);
	answer = async () => ({ ...(await found("10.0.0.1")()), partial: true });
	expect(await after(100_000)).toEqual({ addresses: ["10.0.0.1", "fd00::1"] });
});

it("says why a name has never stood for anything, and asks again", async () => {
	answer = () => Promise.reject(new Error("no such name"));
	expect(await hosts.ask("a", host, [])).toEqual({ host, addresses: [], problem: "no such name", againMs: 5000 });
	answer = found("10.0.0.1");
	expect(await after(5000)).toEqual({ addresses: ["10.0.0.1"] });
});

it("begins with what an earlier controller knew, and does not wait for an answer", async () => {
	answer = () => new Promise(() => undefined);
	expect(await hosts.ask("a", host, ["10.0.0.1"])).toMatchObject({ addresses: ["10.0.0.1"] });
});
