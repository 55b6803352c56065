import type { GameDayVerdict } from "./result.ts";

/**
 * Exit status of a process by the verdict on its game day. 2 is left to command lines that are wrong. The worst is the highest.
 */
export const exitCodes: Readonly<Record<GameDayVerdict, number>> = {
	passed: 0,
	recovered: 0,
	failed: 1,
	aborted: 1,
	inconclusive: 3,
	error: 4,
	"not approved": 5,
	"left behind": 6,
};

/**
 * The exit status for a result.
 *
 * @example process.exitCode = exitCode(await new GameDay({ folder: "attacks", stack: "dev", approve: true }).run());
 */
export function exitCode({ verdict }: { verdict: GameDayVerdict }): number {
	return exitCodes[verdict];
}
