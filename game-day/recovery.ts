import { setTimeout as sleep } from "node:timers/promises";
import type { Experiment } from "../api/experiment.ts";
import { fewOf } from "../api/wording.ts";
import { title } from "../provider/lifecycle/context.ts";
import { describeTargets, records } from "../provider/lifecycle/observe.ts";
import type { OpenStack } from "./open-stack.ts";
import { ProgramLog } from "./program.ts";
import { PulumiFailed } from "./pulumi-cli.ts";
import type { Watch } from "./watch.ts";

/** How often `destroy` is tried, and how long to wait in between, in milliseconds. */
const attempts = 3;
const pauseMs = 5000;

/**
 * Destroys the stack, again when that fails. A lock that a killed run of ours has left is taken away first. Resolves to what is
 * left, in a sentence; undefined when that is nothing.
 *
 * @param signal - nobody wants to wait any more
 */
export async function recover(stack: OpenStack, watch: Watch, signal: AbortSignal): Promise<string | undefined> {
	let why = "";
	for (let attempt = 1; attempt <= attempts && !signal.aborted; attempt++) {
		if (attempt > 1) await sleep(pauseMs, undefined, { signal }).catch(() => {});
		const log = new ProgramLog();
		try {
			// Where no lock is left there is nothing to take away, which some backends call an error.
			if (stack.cli.killed) await stack.unlock().catch(() => {});
			await orGivenUp(stack.destroy(log.hear), signal);
			return undefined;
		} catch (error) {
			why = log.errors.join("; ") || (error as Error).message;
			if (error instanceof PulumiFailed && error.locked) why = `the stack is locked: ${why}`;
		}
	}
	if (!signal.aborted) return leftBehind(stack, watch, why);
	// What was running when nobody waited any more may have left the stack locked.
	return leftBehind(stack, watch, `interrupted twice (${String(signal.reason)})`, ["cancel"]);
}

/** As the work, but rejects as soon as nobody waits for it any more. */
export function orGivenUp<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const tell = (): void => reject(new Error("nobody waits any more"));
		if (signal.aborted) tell();
		else signal.addEventListener("abort", tell, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener("abort", tell));
	});
}

/**
 * Waits until the cluster shows nothing more of a stack that is destroyed, which is also when the last word on each experiment is in.
 * Resolves to what it still shows by then, in a sentence; undefined when that is nothing, or can't be seen.
 */
export async function stillSeen(watch: Watch, signal: AbortSignal): Promise<string | undefined> {
	const isBlind = (): boolean => watch.problem !== undefined;
	if (await watch.until(() => isBlind() || watch.left().length === 0, signal)) return undefined;
	return `${fewOf(inWords(watch.left()), 5)} may be left: the stack is destroyed, and the cluster still shows it; ${bySelf}`;
}

const bySelf = "each fault ends by itself when its duration is over";

/** Says what is left, why, and what to do. */
function leftBehind({ command }: OpenStack, watch: Watch, why: string, before: readonly string[] = []): string {
	const left = inWords(watch.left());
	const what = left.length > 0 ? `${fewOf(left, 5)} may be left` : "something may be left";
	const todo = [...before, "destroy"].map((operation) => `"${command(operation)}"`).join(", then ");
	return `${what}: ${why}. Recover with ${todo}; ${bySelf}`;
}

function inWords(experiments: readonly Experiment[]): string[] {
	return experiments.map((experiment) => {
		const { kind, metadata } = experiment;
		const hit = records(experiment).filter(({ phase }) => phase !== "Not Injected");
		return `${title({ kind, ...metadata })}${hit.length > 0 ? ` (${describeTargets(hit)})` : ""}`;
	});
}
