import type { GameDayResult } from "./result.ts";

/**
 * Returns the result when its verdict is `passed` or `recovered`. Otherwise throws: what a callback of the caller has thrown, as it
 * is, so that a test shows its own failure; else an error that says the verdict and the reason. What could not be recovered always
 * comes first.
 *
 * @example mustPass(await new GameDay({ folder: "attacks", stack: "dev", approve: true }).run());
 */
export function mustPass(result: GameDayResult): GameDayResult {
	const { name, verdict, message, error } = result;
	if (verdict === "passed" || verdict === "recovered") return result;
	if (verdict === "error" && error instanceof Error) throw error;
	throw new Error(`game day ${name}: ${verdict}: ${message}`, { cause: error });
}
