import { isDeepStrictEqual } from "node:util";
import { check } from "../api/check.ts";
import type { Experiment } from "../api/experiment.ts";
import { traitsOf } from "../api/kind.ts";
import type { Log } from "../api/log.ts";
import { cleanFinalizerAnnotation, finalizer } from "../api/names.ts";
import type { ProbeStage } from "../api/probe.ts";
import type { Problem } from "../api/problem.ts";
import type { Status, Verdict } from "../api/status.ts";
import { announcements } from "./announce.ts";
import { conditions } from "./conditions.ts";
import { withDefaults } from "./defaults.ts";
import { desire } from "./desired-phase.ts";
import { keyOf } from "./experiment-index.ts";
import type { FollowedSelectors } from "./following.ts";
import { type AppliedPlans, injectTargets } from "./injecting.ts";
import type { NodeCalls } from "./node-calls.ts";
import { absorb } from "./outcomes.ts";
import type { Pass } from "./pass.ts";
import type { Prober } from "./probes/prober.ts";
import { absorbSamples, type Sample } from "./probes/results.ts";
import { standingOf } from "./probes/standing.ts";
import { concludeProbes } from "./probing.ts";
import { isOwed } from "./records.ts";
import { recoverTargets } from "./recovering.ts";
import { Conflict, type ExperimentRef, type World } from "./world.ts";

/** Brings experiments from where they are to where they should be, one step nearer at each call. */
export class Reconciler {
	readonly #world: World;
	readonly #calls: NodeCalls;
	readonly #prober: Prober;
	readonly #log: Log;
	readonly #plans: AppliedPlans = new Map();
	readonly #followed: FollowedSelectors = new Map();
	readonly #uids = new Map<string, string>();

	constructor(world: World, calls: NodeCalls, prober: Prober, log: Log) {
		this.#world = world;
		this.#calls = calls;
		this.#prober = prober;
		this.#log = log;
	}

	/**
	 * Looks at the world first: the experiment as the API server has it, what calls to nodes have come to, what daemons and pods
	 * say. Then writes the status, and only then starts the calls that are due: a crash in between leaves records that say
	 * "begun", never a fault that no record knows of.
	 *
	 * @returns when to look again, ms; undefined: when something happens
	 */
	async reconcile(ref: ExperimentRef): Promise<number | undefined> {
		const key = `${ref.kind}/${ref.namespace}/${ref.name}`;
		const experiment = await this.#world.readExperiment(ref);
		this.#remember(key, experiment?.metadata.uid);
		if (!experiment) return undefined;
		try {
			return await this.#step(key, experiment);
		} catch (error) {
			// Somebody else wrote first: nothing of ours was begun, so look anew.
			if (error instanceof Conflict) return 0;
			throw error;
		}
	}

	/** Forgets what it knew of an experiment that is gone, or was replaced by another of its name. */
	#remember(key: string, uid: string | undefined): void {
		const known = this.#uids.get(key);
		if (known !== undefined && known !== uid) {
			this.#calls.forget(known);
			this.#prober.forget(known);
			this.#plans.delete(known);
			this.#followed.delete(known);
			this.#uids.delete(key);
		}
		if (uid !== undefined) this.#uids.set(key, uid);
	}

	async #step(key: string, read: Experiment): Promise<number | undefined> {
		const looks = this.#prober.collect(read.metadata.uid);
		const pass = this.#look(key, read, looks);
		const { uid } = pass.caller;
		const deleted = pass.desired.why === "deleted";
		if (deleted && isForced(read)) return this.#letGo(read);
		const outcomes = this.#calls.collect(uid);
		if (pass.records) pass.records = absorb(uid, pass.records, outcomes);
		if (!deleted) await this.#hold(pass);
		if (pass.desired.phase === "Run") await injectTargets(pass, this.#plans, this.#followed);
		else await recoverTargets(pass);
		const { stage, verdict, held } = concludeProbes(pass, read.status, this.#isOwed(pass));
		await this.#write(pass, read.status, verdict);
		this.#calls.acknowledge(uid, outcomes.length);
		this.#prober.acknowledge(uid, looks.length);
		for (const begin of pass.begin) begin();
		this.#follow(pass, stage);
		if (deleted && !held && !this.#isOwed(pass)) return this.#letGo(pass.experiment);
		return pass.again.length > 0 ? Math.max(0, Math.min(...pass.again)) : undefined;
	}

	#follow({ caller, experiment, probes, probed: statuses }: Pass, stage: ProbeStage | undefined): void {
		if (probes.length > 0) this.#prober.follow(caller, { experiment, stage, probes, statuses });
	}

	/** Whether a recovery is owed, or a call runs that nobody knows the end of. */
	#isOwed({ caller, traits, records = [] }: Pass): boolean {
		return records.some((record) => isOwed(traits, record)) || this.#calls.busy(caller.uid);
	}

	#look(key: string, read: Experiment, looks: readonly Sample[]): Pass {
		const world = this.#world;
		const kind = world.kind(read.kind);
		const traits = traitsOf(kind, read.spec);
		const { defaultDurationMs, emergencyStop: stop } = world;
		const problems = check(kind, read.spec);
		const experiment = problems.length > 0 ? read : withDefaults(kind, read);
		const probes = problems.length > 0 ? [] : (experiment.spec.probes ?? []);
		const known = read.status?.probes ?? [];
		// What was seen stays, whatever this version makes of the spec.
		const probed = problems.length > 0 ? known : absorbSamples(probes, known, looks);
		const standing = standingOf(probes, probed);
		const desired = desire(read, { now: world.now(), defaultDurationMs, oneShot: traits.oneShot, stop, standing });
		return {
			world,
			calls: this.#calls,
			caller: { key, uid: read.metadata.uid, where: traits.where },
			desired,
			traits,
			probes,
			standing,
			experiment,
			probed,
			records: read.status?.experiment.containerRecords,
			...(problems.length > 0 && { notSelected: { reason: "SelectionFailed", message: inWords(problems) } }),
			reinjected: read.status?.reinjected,
			hosts: read.status?.hosts,
			begin: [],
			called: new Set(),
			again: desired.expired || traits.oneShot ? [] : [desired.deadline - world.now()],
		};
	}

	/** Sets our finalizer before there is a first record: what may be injected must not be deletable without recovery. */
	async #hold(pass: Pass): Promise<void> {
		const { finalizers = [] } = pass.experiment.metadata;
		if (finalizers.includes(finalizer)) return;
		const { metadata } = await this.#world.writeFinalizers(pass.experiment, [...finalizers, finalizer]);
		pass.experiment = { ...pass.experiment, metadata };
	}

	/** Takes our finalizer off, and nobody else's. */
	async #letGo(experiment: Experiment): Promise<undefined> {
		const { uid, finalizers = [] } = experiment.metadata;
		// Another finalizer may hold the object for long.
		this.#prober.forget(uid);
		if (!finalizers.includes(finalizer)) return;
		const others = finalizers.filter((other) => other !== finalizer);
		await this.#world.writeFinalizers(experiment, others);
		this.#log.info("experiment let go", { experiment: uid, name: keyOf(experiment), forced: isForced(experiment) });
	}

	async #write(pass: Pass, before: Status | undefined, verdict: Verdict | undefined): Promise<void> {
		const { desired, records, caller, notSelected, limited, reinjected, hosts, lostHosts = [], probed } = pass;
		const failures = records?.map(({ node }) => this.#calls.failures(caller.uid, node, "Recover")) ?? [];
		const facts = {
			desired,
			oneShot: pass.traits.oneShot,
			records,
			notSelected,
			limited,
			awaited: pass.standing.awaited,
			lostHosts,
			keepsFailing: failures.some((count) => count > 1),
		};
		const after: Status = {
			conditions: conditions(before?.conditions ?? [], facts, new Date(this.#world.now()).toISOString()),
			experiment: { desiredPhase: desired.phase, ...(records && { containerRecords: records }) },
			...(reinjected !== undefined && { reinjected }),
			...(hosts && { hosts }),
			...(probed.length > 0 && { probes: probed }),
			...(verdict !== undefined && { verdict }),
		};
		if (isDeepStrictEqual(before, after)) return;
		pass.experiment = await this.#world.writeStatus({ ...pass.experiment, status: after });
		this.#world.announce(pass.experiment, announcements(before, after, desired));
	}
}

function isForced({ metadata }: Experiment): boolean {
	return metadata.annotations?.[cleanFinalizerAnnotation] === "forced";
}

function inWords(problems: readonly Problem[]): string {
	return problems.map(({ path, message }) => `spec.${path}: ${message}`).join("; ");
}
