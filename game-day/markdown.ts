import { count } from "../api/wording.ts";
import { inSeconds } from "./progress.ts";
import type { ExperimentResult, GameDayResult } from "./result.ts";

/** Characters that mean something in GitHub's Markdown, wherever they stand in a line. */
const special = /[\\`*_[\]<>&|~#!]/g;

/** A text as it stands in one cell of a table: on one line, and nothing in it means anything. */
export function escapeMarkdown(text: string): string {
	return text.replaceAll(/\s+/g, " ").trim().replaceAll(special, "\\$&");
}

/** A result as Markdown for a comment on a pull request: the verdict, a table of the experiments, and what the steps took. */
export function markdown({ name, verdict, message, experiments, steps }: GameDayResult): string {
	const took = steps.map((step) => `${step.name} ${step.outcome} (${inSeconds(step.seconds)})`).join(", ");
	return [
		`### Game day ${escapeMarkdown(name)}: ${verdict}`,
		...(message === "" ? [] : [escapeMarkdown(message)]),
		...(experiments.length === 0 ? [] : [table(experiments)]),
		...(took === "" ? [] : [escapeMarkdown(took)]),
	]
		.join("\n\n")
		.concat("\n");
}

function table(experiments: readonly ExperimentResult[]): string {
	const rows = experiments.map(({ kind, name, targets, verdict, probes, message }) => [
		`${kind} ${name}`,
		count(targets.length, "target"),
		verdict,
		probes.map((probe) => `${probe.name}: ${probe.words}`).join("; ") || message,
	]);
	return [["experiment", "hit", "verdict", "probes"], ["---", "---", "---", "---"], ...rows]
		.map((cells, line) => `| ${cells.map((cell) => (line === 1 ? cell : escapeMarkdown(cell))).join(" | ")} |`)
		.join("\n");
}
