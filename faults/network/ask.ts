import { type Netns, runInNetns } from "../node/netns.ts";

/**
 * What a program that only looks says of a pod's network namespace; undefined when the namespace is no more. Throws a
 * CommandError.
 */
export function ask(netns: Netns, file: "ip" | "nft" | "tc", ...args: readonly string[]): Promise<string | undefined> {
	return runInNetns(netns, file, args);
}
