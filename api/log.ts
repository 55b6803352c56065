/** Levels of the log; lines below the chosen one are left out. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
/** One of the levels. */
export type LogLevel = (typeof logLevels)[number];

/** What a line is about: experiment, target, injection id, node and so on. An Error is written as its message and its cause's. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: one JSON object a line, `time`, `level`, `message` and the fields. */
export interface Log {
	debug(message: string, fields?: LogFields): void;
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
	/** A log whose lines carry these fields as well. */
	with(fields: LogFields): Log;
}

/**
 * Makes a log. Controller and daemon use it alike, so that their lines can be read together.
 *
 * @param level - the lowest level that is written; default `info`
 * @param write - takes a line with its line break; default stdout
 * @example createLog("debug").with({ experiment: "shop/cut" }).info("injected", { targets: 3 })
 */
export function createLog(
	level: LogLevel = "info",
	write: (line: string) => void = (line) => process.stdout.write(line),
	bound: LogFields = {},
): Log {
	const lowest = logLevels.indexOf(level);
	const at =
		(of: LogLevel) =>
		(message: string, fields: LogFields = {}): void => {
			if (logLevels.indexOf(of) < lowest) return;
			const own = { time: new Date().toISOString(), level: of, message };
			// Twice: first in the line, and not to be hidden by a field of the same name.
			const line = { ...own, ...bound, ...fields, ...own };
			write(`${JSON.stringify(line, errorsAsText)}\n`);
		};
	return {
		debug: at("debug"),
		info: at("info"),
		warn: at("warn"),
		error: at("error"),
		with: (fields) => createLog(level, write, { ...bound, ...fields }),
	};
}

function errorsAsText(_key: string, value: unknown): unknown {
	return value instanceof Error ? errorText(value) : value;
}

/** Message of anything thrown, followed by the messages of its causes. */
export function errorText(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const message = error.message === "" ? error.name : error.message;
	return error.cause === undefined ? message : `${message}: ${errorText(error.cause)}`;
}
