import { join } from "node:path";
import type { Experiment } from "../../api/experiment.ts";
import type { ProbeStage } from "../../api/probe.ts";
import type { StageResult, Status, Verdict } from "../../api/status.ts";
import { root } from "../../tools/lib/paths.ts";
import type { ApiServerDouble } from "./api-server-double.ts";
import { EngineStage } from "./engine-stage.ts";
import { ownedPod } from "./fake-surroundings.ts";
import type { Stack } from "./stack.ts";
import { injected, said, status, target } from "./statuses.ts";

const passed: StageResult = { outcome: "Passed", passed: 1, failed: 0, failedInRow: 0 };
const failed: StageResult = { outcome: "Failed", passed: 0, failed: 2, failedInRow: 2 };
const probe = (stages: Partial<Record<ProbeStage, StageResult>>): Pick<Status, "probes"> => ({
	probes: [{ name: "front-answers", samples: [], ...stages }],
});

/** The example with one experiment and one probe, as a stack on an API server whose controller does what a test wants. */
export class GameDayStage {
	/** Is in the kubeconfig, and must be nowhere else. */
	static readonly secret = "planted-secret-marker";
	/** Whether objects that are deleted are let go. */
	lettingGo = true;
	private readonly engine: EngineStage;
	private readonly going = new Set<string>();

	private constructor(engine: EngineStage) {
		this.engine = engine;
		const { cluster } = this.server;
		cluster.surroundings.pods = ["front-1", "back-1"].map((name) => ownedPod(name, { namespace: "shop" }));
		cluster.reconcile = inject;
		cluster.recovers = false;
		cluster.changes.on("change", () => {
			for (const [key, { metadata }] of cluster.objects)
				if (metadata.deletionTimestamp !== undefined) this.recover(key);
		});
	}

	static async start(): Promise<GameDayStage> {
		const program = join(root, "examples/guarded-partition");
		return new GameDayStage(await EngineStage.start(program, { token: GameDayStage.secret }));
	}

	get server(): ApiServerDouble {
		return this.engine.server;
	}

	get stack(): Stack {
		return this.engine.stack;
	}

	get folder(): string {
		return this.engine.folder;
	}

	end(): Promise<void> {
		return this.engine.end();
	}

	/** The objects that are there. */
	keys(): string[] {
		return [...this.server.cluster.objects.keys()];
	}

	/** The objects that were made. */
	made(): string[] {
		return this.server.cluster.requests.filter((request) => request.startsWith("create"));
	}

	/** What is left, in the cluster or in the state. */
	async left(): Promise<unknown[]> {
		return [...this.keys(), ...(await this.stack.resources())];
	}

	/** Has a probe of the only experiment fail, and its fault recovered, as the controller does. */
	abort(): void {
		const conditions = [
			said("AllInjected", false, "Aborted"),
			said("AllRecovered", true, "Recovered"),
			said("Aborted", true, "ProbeFailed", 'probe "front-answers" has failed 2 times in a row'),
		];
		const clean = status(conditions, [target("shop/front-1", { phase: "Not Injected" })]);
		const seen: Status = { ...clean, verdict: "aborted", ...probe({ before: passed, during: failed }) };
		this.server.cluster.setStatus(this.keys()[0] ?? "", seen);
	}

	/** As a controller ends an experiment: first its status says the verdict, then it is let go. */
	private recover(key: string): void {
		const { cluster } = this.server;
		const object = cluster.objects.get(key);
		if (!object || !this.lettingGo || this.going.has(key)) return;
		this.going.add(key);
		const verdict: Verdict = object.status?.verdict ?? (isHit(object) ? "passed" : "inconclusive");
		const stages = verdict === "passed" ? probe({ before: passed, during: passed, after: passed }) : {};
		setTimeout(() => cluster.setStatus(key, { ...(object.status ?? status([])), ...stages, verdict }), 20);
		setTimeout(() => cluster.letGo(key), 100);
	}
}

function inject(experiment: Experiment): void {
	const seen = injected(experiment);
	if (seen) experiment.status = { ...seen, ...probe({ before: passed, during: { ...passed, outcome: "Running" } }) };
}

function isHit({ status: seen }: Experiment): boolean {
	return seen?.conditions?.some(({ type, status: is }) => type === "AllInjected" && is === "True") ?? false;
}
