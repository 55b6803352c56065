import { setImmediate as nextTurn } from "node:timers/promises";
import { formatDuration } from "../api/duration.ts";
import type { Experiment } from "../api/experiment.ts";
import { count, fewOf } from "../api/wording.ts";
import type { Cluster } from "../provider/cluster/cluster.ts";
import { resolveCluster } from "../provider/cluster/kubeconfig.ts";
import { KubernetesCluster } from "../provider/cluster/kubernetes.ts";
import type { ClusterReference } from "../provider/cluster/reference.ts";
import { condition, standing, targetIds } from "../provider/lifecycle/observe.ts";
import { ApprovedPlan } from "./approved-plan.ts";
import { experimentResult } from "./experiment-result.ts";
import { hold } from "./hold.ts";
import { type Cause, Interruption } from "./interruption.ts";
import { OpenStack } from "./open-stack.ts";
import { type GameDayOptions, type Plan, plan } from "./options.ts";
import { isRadius, previewOf } from "./preview.ts";
import { ProgramLog } from "./program.ts";
import { type Progress, progressTo, silent } from "./progress.ts";
import { PulumiFailed } from "./pulumi-cli.ts";
import { orGivenUp, recover, stillSeen } from "./recovery.ts";
import type { GameDayResult, StepName, StepResult } from "./result.ts";
import { bearUnheard } from "./unheard.ts";
import { type Course, verdictOf } from "./verdict.ts";
import { type Seen, Watch } from "./watch.ts";

/**
 * Runs the experiments of a Pulumi program once: shows whom they would hit, asks, puts them in, holds them, and takes them out
 * again, whatever happens in between (an exception, a time-out, Ctrl-C).
 *
 * @example
 * const result = await new GameDay({ folder: "attacks", stack: "dev", hold: "2m", approve: true }).run();
 * console.log(result.verdict); // "passed"
 */
export class GameDay {
	private readonly given: Plan;

	/** @throws OptionError when an option is wrong */
	constructor(options: GameDayOptions) {
		this.given = plan(options);
	}

	/**
	 * Runs it. Resolves whatever becomes of it: the verdict says that. While it runs, SIGINT, SIGTERM and SIGHUP do not end this
	 * process: one begins the recovery, the same one again gives up waiting for it (but for SIGHUP).
	 */
	run(): Promise<GameDayResult> {
		return new Run(this.given).run();
	}
}

/** Something has ended the game day before its time. */
class CutShort extends Error {}

/** What a step comes to, when it comes to its end. */
interface Ended<T> {
	outcome: StepResult["outcome"];
	message: string;
	value: T;
}

/** How long the last word of the cluster is waited for once the stack is gone, in milliseconds. */
const lastWordMs = 10_000;

/** One run of a game day. */
class Run {
	private readonly given: Plan;
	private readonly progress: Progress;
	private readonly interruption: Interruption;
	private readonly log = new ProgramLog();
	private readonly steps: StepResult[] = [];
	private readonly course: Course = {};
	private readonly began = performance.now();
	private name: string;
	private thrown: unknown;
	/** Absent when nobody is asked about the preview. */
	private plan: ApprovedPlan | undefined;
	/** Absent until something may be injected. */
	private watch: Watch | undefined;
	/** The experiments by owner, as they were right before the recovery. */
	private held = new Map<string, Experiment>();

	constructor(given: Plan) {
		this.given = given;
		this.name = given.stack;
		this.progress = given.progress === false ? silent : progressTo(given.progress ?? process.stdout);
		this.interruption = new Interruption(given.signal);
	}

	async run(): Promise<GameDayResult> {
		const end = bearUnheard(process.stdout, process.stderr, this.given.progress);
		try {
			return await this.toTheEnd();
		} finally {
			// That the last line can't be written is said right after it.
			await nextTurn();
			end();
		}
	}

	private async toTheEnd(): Promise<GameDayResult> {
		try {
			const stack = await this.step("preview", () => this.preview());
			if (await this.step("approval", () => this.approval())) await this.experiment(stack);
		} catch (error) {
			this.blame(error);
		} finally {
			this.interruption.end();
			this.watch?.stop();
			this.plan?.dispose();
		}
		const result = this.result();
		this.progress.finish(result);
		return result;
	}

	private async preview(): Promise<Ended<OpenStack>> {
		const stack = await OpenStack.open(this.given);
		this.name = `${stack.project}/${stack.name}`;
		this.interruption.second.addEventListener("abort", () => stack.cli.interrupt(), { once: true });
		await stack.requireEmpty();
		if (typeof this.given.approve === "function") this.plan = new ApprovedPlan();
		await this.pulumi(stack.preview(this.log.hear, this.interruption.first, this.plan?.file));
		const { experiments, blastRadius } = previewOf(this.log);
		if (experiments.length === 0) throw new Error("the program declares no experiment");
		return {
			outcome: "done",
			message: [count(experiments.length, "experiment"), ...blastRadius].join("; "),
			value: stack,
		};
	}

	private async approval(): Promise<Ended<boolean>> {
		const { approve = false } = this.given;
		const { first } = this.interruption;
		const answer = Promise.resolve(typeof approve === "boolean" ? approve : approve(previewOf(this.log), first));
		if (await orGivenUp(answer, first).catch((error: unknown) => Promise.reject(this.cut() ?? error))) {
			return { outcome: "done", message: approve === true ? "given in advance" : "", value: true };
		}
		this.course.notApproved = "nothing was made";
		return { outcome: "refused", message: this.course.notApproved, value: false };
	}

	/** What must not end without a recovery. */
	private async experiment(stack: OpenStack): Promise<void> {
		this.interruption.timeOutAfter(this.given.timeoutMs);
		const watch = this.startWatch(stack);
		let touched = false;
		try {
			const isInjected = await this.step("injection", async () => {
				// While somebody thought about the preview, somebody else may have used the stack.
				await stack.requireEmpty();
				touched = true;
				return await this.inject(stack, watch);
			});
			if (isInjected) await this.step("hold", () => this.hold(watch));
		} catch (error) {
			// A stack that is in the hands of somebody else is theirs to recover.
			if (error instanceof PulumiFailed && error.locked) touched = false;
			this.blame(error);
		} finally {
			this.interruption.dropTimeOut();
			for (const [owner, { latest }] of watch.seen) this.held.set(owner, latest);
			if (touched) await this.step("recovery", () => this.recover(stack, watch));
		}
	}

	private startWatch({ standpoint }: OpenStack): Watch {
		const find = (reference: ClusterReference): Cluster => {
			const found = resolveCluster(reference, standpoint);
			if ("config" in found) return new KubernetesCluster(found);
			throw new Error(`${found.path}: ${found.message}`);
		};
		const watch = new Watch(find);
		watch.onChange(() => this.progress.at(this.inWords(({ latest }) => standing(latest))));
		this.watch = watch;
		return watch;
	}

	/** Comes to whether the faults are in place: they are not when they are others than were approved. */
	private async inject(stack: OpenStack, watch: Watch): Promise<Ended<boolean>> {
		const followAll = (): void => {
			const { experiments, scopes } = this.log;
			for (const scope of scopes.values()) for (const { kind } of experiments) watch.follow(scope, kind);
		};
		followAll();
		const plan = ApprovedPlan.holds(this.log) ? this.plan?.file : undefined;
		const approved = this.log.remarks.filter(isRadius);
		try {
			await this.pulumi(stack.up(this.log.hear, this.interruption.first, plan));
		} catch (error) {
			if (plan !== undefined && !(error instanceof CutShort) && ApprovedPlan.isDepartedFrom(this.log)) {
				this.course.notApproved = this.departure(approved, error as Error);
				return { outcome: "refused", message: this.course.notApproved, value: false };
			}
			const locked = error instanceof PulumiFailed && error.locked;
			if (!(error instanceof CutShort) && !locked) this.course.notInjected = (error as Error).message;
			throw error;
		} finally {
			// What depends on outputs is declared only now.
			followAll();
		}
		return { outcome: "done", message: this.inWords(({ latest }) => fewOf(targetIds(latest))), value: true };
	}

	/** Says what else would be done than was approved. */
	private departure(approved: readonly string[], { message }: Error): string {
		const now = this.log.remarks.filter((remark) => isRadius(remark) && !approved.includes(remark));
		const what = now.length > 0 ? now.join("; ") : message;
		return `it is not any more what was approved: ${what}. Run it again to approve that`;
	}

	private async hold(watch: Watch): Promise<Ended<void>> {
		const { holdMs, during = () => {} } = this.given;
		const declared = this.log.experiments;
		const terms = {
			holdMs,
			declared,
			signal: this.interruption.first,
			during: (signal: AbortSignal) => during({ signal }),
		};
		const end = await hold(watch, terms);
		switch (end) {
			case "cut":
				throw this.cut();
			case "probe":
				return { outcome: "cut short", message: this.inWords(abortOf), value: undefined };
			case "over":
				return { outcome: "done", message: "all experiments have come to their end", value: undefined };
			case "time":
				return { outcome: "done", message: watch.problem ?? "", value: undefined };
		}
	}

	private async recover(stack: OpenStack, watch: Watch): Promise<Ended<void>> {
		const left =
			(await recover(stack, watch, this.interruption.second)) ??
			(await stillSeen(watch, AbortSignal.timeout(lastWordMs)));
		if (left !== undefined) {
			this.course.leftBehind = left;
			return { outcome: "failed", message: left, value: undefined };
		}
		return { outcome: "done", message: "nothing is left", value: undefined };
	}

	/** Waits for a run of Pulumi; its failure says why in Pulumi's words, or that the game day was cut short. */
	private async pulumi(work: Promise<void>): Promise<void> {
		try {
			await orGivenUp(work, this.interruption.second);
		} catch (error) {
			if (error instanceof PulumiFailed && error.locked) throw error;
			const cut = this.cut();
			if (cut) throw cut;
			if (this.log.errors.length === 0) throw error;
			throw new Error(this.log.errors.join("; "), { cause: error });
		}
	}

	/** Times a step, and says when it begins and how it ends. */
	private async step<T>(name: StepName, work: () => Promise<Ended<T>>): Promise<T> {
		const began = performance.now();
		const end = (outcome: StepResult["outcome"], message: string): void => {
			const step = { name, outcome, seconds: (performance.now() - began) / 1000, message };
			this.steps.push(step);
			this.progress.end(step);
		};
		this.progress.begin(name);
		try {
			const { outcome, message, value } = await work();
			end(outcome, message);
			return value;
		} catch (error) {
			end(error instanceof CutShort ? "cut short" : "failed", wordsOf(error));
			throw error;
		}
	}

	/** Puts down why it has not come to its end. */
	private blame(error: unknown): void {
		if (error instanceof CutShort) {
			this.course.cutShort = error.message;
			return;
		}
		this.thrown = error;
		if (this.course.notInjected === undefined) this.course.failed = wordsOf(error);
	}

	private cut(): CutShort | undefined {
		const { cause } = this.interruption;
		return cause && new CutShort(this.causeInWords(cause));
	}

	private causeInWords(cause: Cause): string {
		if (cause === "time-out") return `the time-out of ${formatDuration(this.given.timeoutMs)} was over`;
		if (cause === "SIGHUP") return "ended by SIGHUP: its terminal was closed";
		return cause === "abort" ? "ended by the caller" : `ended by ${cause}`;
	}

	/** What there is to say of each experiment that was seen. */
	private inWords(say: (seen: Seen) => string): string {
		return this.log.experiments
			.flatMap(({ kind, name, owner }) => {
				const seen = this.watch?.seen.get(owner);
				const said = seen && say(seen);
				return said ? [`${kind} ${name}: ${said}`] : [];
			})
			.join("; ");
	}

	private result(): GameDayResult {
		const { watch, course } = this;
		const experiments = watch
			? this.log.experiments.map((declared) =>
					experimentResult(declared, this.held.get(declared.owner), watch.seen.get(declared.owner), watch.problem),
				)
			: [];
		return {
			name: this.name,
			...verdictOf(experiments, course),
			experiments,
			steps: this.steps,
			seconds: (performance.now() - this.began) / 1000,
			...(this.thrown !== undefined && { error: this.thrown }),
		};
	}
}

/** Why a probe has ended an experiment; empty when none has. */
function abortOf({ latest }: Seen): string {
	const aborted = condition(latest, "Aborted");
	return aborted?.status === "True" ? aborted.message : "";
}

function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
