/**
 * `pulumi-chaos/game-day`: runs the experiments of a program once, from the preview to the recovery. It loads Pulumi's Automation
 * API and the Kubernetes client, so programs do not import it.
 */
export { exitCode } from "./exit-code.ts";
export { GameDay } from "./game-day.ts";
export { junit } from "./junit.ts";
export { markdown } from "./markdown.ts";
export { mustPass } from "./must-pass.ts";
export { type GameDayOptions, type Holding, OptionError } from "./options.ts";
export type { Preview } from "./preview.ts";
export type { Sink } from "./progress.ts";
export type {
	ExperimentResult,
	ExperimentVerdict,
	GameDayResult,
	GameDayVerdict,
	ProbeResult,
	StepName,
	StepResult,
} from "./result.ts";
