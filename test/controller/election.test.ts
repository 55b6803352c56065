import { beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../../api/log.ts";
import { ApiError } from "../../controller/api-server.ts";
import { Election } from "../../controller/election.ts";
import type { Lease } from "../../controller/lease.ts";
import type { Term } from "../../controller/term.ts";
import { TestClock, Time } from "./clocks.ts";

const path = "/apis/coordination.k8s.io/v1/namespaces/chaos/leases/pulumi-chaos-controller";

let time: Time;
let lease: Lease | undefined;
let version: number;

beforeEach(() => {
	time = new Time();
	lease = undefined;
	version = 0;
});

function store(written: Lease): Lease {
	lease = structuredClone(written);
	lease.metadata.resourceVersion = String(++version);
	return structuredClone(lease);
}

/** A replica, its way to the API server, and the terms that it has had. */
class Replica {
	readonly clock: TestClock;
	readonly terms: Term[] = [];
	readonly election: Election;
	/** No request gets through. */
	cut = false;
	/** Requests get through, their answers do not. */
	deaf = false;

	constructor(identity: string, rate = 1) {
		this.clock = new TestClock(time, rate);
		this.election = new Election({
			server: {
				get: async <T>(asked: string) => this.#answer(() => this.#read(asked)) as Promise<T>,
				post: async <T>(_path: string, body: unknown) =>
					this.#answer(() => {
						if (lease) throw new ApiError(409, "it exists");
						return store(body as Lease);
					}) as Promise<T>,
				put: async <T>(asked: string, body: unknown) =>
					this.#answer(() => {
						const present = this.#read(asked);
						const { resourceVersion } = (body as Lease).metadata;
						if (present.metadata.resourceVersion !== resourceVersion) throw new ApiError(409, "it has changed");
						return store(body as Lease);
					}) as Promise<T>,
			},
			namespace: "chaos",
			identity,
			log: createLog("error", () => undefined),
			onElected: (term) => this.terms.push(term),
			clock: this.clock,
		});
	}

	static start(identity: string, rate?: number): Replica {
		const replica = new Replica(identity, rate);
		replica.election.start();
		return replica;
	}

	get leads(): boolean {
		return this.terms.some(({ lasts }) => lasts);
	}

	get epochs(): number[] {
		return this.terms.map(({ epoch }) => epoch);
	}

	/** As kill -9: it does nothing any more, and gives nothing back. */
	kill(): void {
		this.clock.frozen = true;
	}

	#read(asked: string): Lease {
		if (asked !== path || !lease) throw new ApiError(404, `${asked} is not there`);
		return structuredClone(lease);
	}

	async #answer(request: () => Lease): Promise<Lease> {
		if (this.cut) throw new Error("connection refused");
		const answer = request();
		if (this.deaf) throw new Error("no answer in time");
		return answer;
	}
}

describe("one of two", () => {
	let first: Replica;
	let second: Replica;

	beforeEach(async () => {
		first = Replica.start("first");
		await time.pass(100);
		second = Replica.start("second");
		await time.pass(60_000);
		expect([first.leads, second.leads]).toEqual([true, false]);
	});

	it("leads for as long as it lives, in one term", () => {
		expect(first.epochs).toHaveLength(1);
		expect(second.epochs).toEqual([]);
		expect(lease?.spec).toMatchObject({ holderIdentity: "first", leaseTransitions: first.epochs[0] });
	});

	it("is followed by the other when it dies, after the Lease is over and not before", async () => {
		first.kill();
		await time.pass(12_000);
		expect(second.leads).toBe(false);
		await time.pass(5000);
		expect(second.leads).toBe(true);
		expect(second.epochs[0]).toBeGreaterThan(first.epochs[0] ?? 0);
		expect(first.leads).toBe(false);
	});

	it("is followed at once when it is stopped", async () => {
		const stopped = first.election.stop();
		await time.settle();
		await stopped;
		expect(lease?.spec.holderIdentity).toBe("");
		await time.pass(1500);
		expect([first.leads, second.leads]).toEqual([false, true]);
	});

	it("stops before the other begins when it is cut off, and stands again when it is back", async () => {
		first.cut = true;
		let nobody = 0;
		for (let passed = 0; !second.leads && passed < 30_000; passed += 100) {
			await time.pass(100);
			expect(first.leads && second.leads).toBe(false);
			if (!first.leads && !second.leads) nobody += 100;
		}
		expect(nobody).toBeGreaterThan(2000);
		first.cut = false;
		await time.pass(30_000);
		expect([first.leads, second.leads]).toEqual([false, true]);
		second.kill();
		await time.pass(17_000);
		expect(first.leads).toBe(true);
		expect(first.epochs).toHaveLength(2);
		expect(first.epochs[1]).toBeGreaterThan(second.epochs[0] ?? 0);
	});

	it("does not take it that it still leads when it wakes from a freeze", async () => {
		first.clock.frozen = true;
		await time.pass(40_000);
		expect([first.leads, second.leads]).toEqual([false, true]);
		first.clock.frozen = false;
		await time.pass(5000);
		expect([first.leads, second.leads]).toEqual([false, true]);
		expect(first.terms[0]?.ended.aborted).toBe(true);
	});

	it("goes on in its term when renewals get through whose answers do not", async () => {
		first.deaf = true;
		await time.pass(7000);
		first.deaf = false;
		await time.pass(30_000);
		expect([first.leads, second.leads]).toEqual([true, false]);
		expect(first.epochs).toHaveLength(1);
	});

	it("stops when its Lease is deleted; the next term comes after that one", async () => {
		const [before = 0] = first.epochs;
		lease = undefined;
		await time.pass(30_000);
		expect(first.leads !== second.leads).toBe(true);
		const epochs = [...first.epochs, ...second.epochs];
		expect(epochs).toHaveLength(2);
		expect(Math.max(...epochs)).toBeGreaterThan(before);
	});

	it("is not followed sooner because its Lease was deleted while it can't hear of it", async () => {
		first.cut = true;
		lease = undefined;
		for (let passed = 0; passed < 20_000; passed += 100) {
			await time.pass(100);
			expect(first.leads && second.leads).toBe(false);
		}
		expect(second.leads).toBe(true);
	});

	it("leads in a later term, when a node has heard of a later leader and the Lease is its own all the same", async () => {
		const later = (first.epochs[0] ?? 0) + 1000;
		first.election.outranked(later);
		expect(first.leads).toBe(false);
		await time.pass(3000);
		expect(first.leads).toBe(true);
		expect(first.epochs[1]).toBeGreaterThan(later);
	});

	it("takes no notice of what a call of an earlier term has met: its own present one", async () => {
		const [epoch = 0] = first.epochs;
		first.election.outranked(epoch);
		expect(first.leads).toBe(true);
	});
});

describe("an epoch", () => {
	it.each([
		["while the wall clock stands", 0],
		["when it is set back", -3600_000 * 24 * 365],
		["when it is set forward", 3600_000],
	])("grows with each term %s", async (_when, jump) => {
		const replicas = [Replica.start("first")];
		await time.pass(1000);
		for (let round = 0; round < 4; round++) {
			const [former] = replicas.slice(-1);
			const next = Replica.start(`next-${round}`);
			next.clock.offset += jump * (round + 1);
			former?.kill();
			await time.pass(20_000);
			replicas.push(next);
		}
		const epochs = replicas.flatMap((replica) => replica.epochs);
		expect(epochs).toHaveLength(5);
		expect(epochs).toEqual(epochs.toSorted((one, other) => one - other));
		expect(new Set(epochs).size).toBe(5);
	});

	it("is taken up by a new process of the same pod at once, and grows", async () => {
		const before = Replica.start("pod");
		await time.pass(1000);
		before.kill();
		const after = Replica.start("pod");
		await time.pass(100);
		expect(after.epochs[0]).toBeGreaterThan(before.epochs[0] ?? 0);
	});

	it("grows in the same second, when the Lease was deleted and who takes it never saw it", async () => {
		Replica.start("pod").kill();
		await time.pass(3000);
		const leader = Replica.start("pod");
		await time.pass(100);
		lease = undefined;
		const newcomer = Replica.start("newcomer");
		await time.pass(100);
		expect([leader.epochs.length, newcomer.epochs.length]).toEqual([1, 1]);
		expect(newcomer.epochs[0]).toBeGreaterThan(leader.epochs[0] ?? 0);
	});
});

it("is held by one at most, whatever is cut, frozen, deleted or set, with clocks that differ by a tenth each way", async () => {
	let seed = 7;
	const random = (): number => {
		seed = (seed * 48_271) % 2_147_483_647;
		return seed / 2_147_483_647;
	};
	const replicas = [Replica.start("slow", 0.9), Replica.start("right"), Replica.start("fast", 1.1)];
	for (let round = 0; round < 2000; round++) {
		await time.pass(500);
		for (const replica of replicas) {
			if (random() < 0.05) replica.cut = !replica.cut;
			if (random() < 0.02) replica.deaf = !replica.deaf;
			if (random() < 0.03) replica.clock.frozen = !replica.clock.frozen;
			if (random() < 0.02) replica.clock.offset += (random() - 0.5) * 7_200_000;
		}
		expect(replicas.filter(({ leads }) => leads).length).toBeLessThanOrEqual(1);
	}
	const epochs = replicas.flatMap((replica) => replica.epochs);
	expect(epochs.length).toBeGreaterThan(20);
	expect(new Set(epochs).size).toBe(epochs.length);
}, 30_000);
