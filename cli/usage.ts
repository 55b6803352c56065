import { type ParseArgsConfig, parseArgs } from "node:util";

/** A command line that can't be run. */
export class UsageError extends Error {}

/** The options and other arguments of a command line; rejects options that are not known with {@link UsageError}. */
export function argumentsOf<const Options extends NonNullable<ParseArgsConfig["options"]>>(
	argv: readonly string[],
	options: Options,
) {
	try {
		return parseArgs({ args: [...argv], options, allowPositionals: true });
	} catch (error) {
		// The first sentence says it; the others are about arguments that look like options.
		throw new UsageError((error as Error).message.replace(/\. .*$/s, ""));
	}
}
