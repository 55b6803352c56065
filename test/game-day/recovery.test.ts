import { expect, it, vi } from "vitest";
import type { OpenStack } from "../../game-day/open-stack.ts";
import { PulumiFailed } from "../../game-day/pulumi-cli.ts";
import { orGivenUp, recover, stillSeen } from "../../game-day/recovery.ts";
import { Watch } from "../../game-day/watch.ts";
import { status, target } from "../support/statuses.ts";

vi.mock("node:timers/promises", () => ({ setTimeout: async () => {} }));

const none = new AbortController().signal;
const locked = new PulumiFailed("destroy", {
	code: 1,
	stderr: "the stack is currently locked by 1 lock(s)",
});

/** A stack whose destroys come out so, one after the other. */
function stackOf(outcomes: (Error | undefined)[], killed = false) {
	const calls: string[] = [];
	const stack = {
		cli: { killed },
		command: (operation: string) => `pulumi ${operation} --stack dev`,
		async unlock() {
			calls.push("unlock");
			stack.cli.killed = false;
		},
		async destroy() {
			calls.push("destroy");
			const outcome = outcomes.shift();
			if (outcome) throw outcome;
		},
	};
	return { stack: stack as unknown as OpenStack, calls };
}

function watching(): Watch {
	const watch = new Watch(() => {
		throw new Error("no cluster");
	});
	const metadata = { namespace: "shop", name: "cut-1a2b", uid: "1", creationTimestamp: "" };
	const latest = {
		apiVersion: "",
		kind: "NetworkChaos",
		metadata,
		spec: {},
		status: status([], [target("shop/front-1")]),
	};
	watch.seen.set("cut", { latest: latest as never, present: true, injected: true });
	return watch;
}

it("destroys once when that goes well", async () => {
	const { stack, calls } = stackOf([undefined]);
	expect(await recover(stack, watching(), none)).toBeUndefined();
	expect(calls).toEqual(["destroy"]);
});

it("takes away the lock of a run of its own that was killed, and of no other", async () => {
	const own = stackOf([locked, undefined], true);
	expect(await recover(own.stack, watching(), none)).toBeUndefined();
	expect(own.calls).toEqual(["unlock", "destroy", "destroy"]);
	const foreign = stackOf([locked, undefined]);
	await recover(foreign.stack, watching(), none);
	expect(foreign.calls).toEqual(["destroy", "destroy"]);
});

it("goes on when there is no lock to take away", async () => {
	const { stack, calls } = stackOf([undefined], true);
	stack.unlock = () => Promise.reject(new Error("no update is in progress"));
	expect(await recover(stack, watching(), none)).toBeUndefined();
	expect(calls).toEqual(["destroy"]);
});

it("says what is left, why, and what to do, when it does not get there", async () => {
	const { stack, calls } = stackOf([new Error("no rights"), new Error("no rights"), new Error("no rights")]);
	expect(await recover(stack, watching(), none)).toBe(
		'NetworkChaos "shop/cut-1a2b" (shop/front-1) may be left: no rights. Recover with "pulumi destroy --stack dev"; each fault ends by itself when its duration is over',
	);
	expect(calls).toHaveLength(3);
});

it("waits no longer than it is waited for, and says so", async () => {
	const { stack } = stackOf([]);
	stack.destroy = () => new Promise(() => {});
	const controller = new AbortController();
	const left = recover(stack, watching(), controller.signal);
	controller.abort("SIGINT");
	expect(await left).toMatch(
		/may be left: interrupted twice \(SIGINT\)\. Recover with "pulumi cancel --stack dev", then "pulumi destroy/,
	);
});

it("says what the cluster still shows of a stack that is destroyed", async () => {
	const watch = watching();
	expect(await stillSeen(watch, AbortSignal.abort())).toBe(
		'NetworkChaos "shop/cut-1a2b" (shop/front-1) may be left: the stack is destroyed, and the cluster still shows it; each fault ends by itself when its duration is over',
	);
	for (const seen of watch.seen.values()) seen.present = false;
	expect(await stillSeen(watch, none)).toBeUndefined();
});

it("takes it for gone when the cluster can't be looked at", async () => {
	const watch = watching();
	watch.problem = "no rights";
	expect(await stillSeen(watch, none)).toBeUndefined();
});

it("gives work up by a signal, and passes on how it came out before", async () => {
	await expect(orGivenUp(Promise.resolve(7), none)).resolves.toBe(7);
	await expect(orGivenUp(Promise.reject(new Error("mine")), none)).rejects.toThrow("mine");
	await expect(orGivenUp(new Promise(() => {}), AbortSignal.abort())).rejects.toThrow("nobody waits any more");
});
