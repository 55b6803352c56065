import type { GameDayResult, StepName, StepResult } from "./result.ts";

/** Where progress is written: standard output, or what stands in for it. */
export interface Sink {
	write(text: string): unknown;
	/** Whether somebody watches, so that a line may be drawn over. */
	isTTY?: boolean | undefined;
	/** Characters of a line of the terminal. */
	columns?: number | undefined;
}

/** Is told how a game day goes. */
export interface Progress {
	/** A step has begun. */
	begin(step: StepName): void;
	/** What the step that is under way is at; a terminal shows it, a log does not. */
	at(doing: string): void;
	/** The step has ended. */
	end(step: StepResult): void;
	/** All is over. */
	finish(result: GameDayResult): void;
}

/** Tells nobody. */
export const silent: Progress = { begin() {}, at() {}, end() {}, finish() {} };

/** How often a terminal's line is drawn anew, in milliseconds. */
const periodMs = 1000;

/**
 * Writes exactly one line a step and one for the end; on a terminal also, below them, what goes on right now. Never throws: what can't
 * be written is lost.
 */
export function progressTo(sink: Sink): Progress {
	const live = sink.isTTY ? new LiveLine(sink) : undefined;
	const print = (text: string): void => {
		live?.clear();
		write(sink, `${text}\n`);
	};
	return {
		// While somebody is asked, the line is theirs.
		begin: (step) => (step === "approval" ? live?.clear() : live?.begin(step)),
		at: (doing) => live?.at(doing),
		end: ({ name, outcome, seconds, message }) => print(line(name, outcome, seconds, message)),
		finish: ({ verdict, seconds, message }) => print(line("game day", verdict, seconds, message)),
	};
}

/** A sink is the caller's: it may throw, at once or later, which must not keep a fault from being recovered. */
async function write(sink: Sink, text: string): Promise<void> {
	try {
		await sink.write(text);
	} catch {}
}

/** One line of columns, whatever the message holds: `recovery   done           3.1s  nothing is left`. */
function line(what: string, outcome: string, seconds: number, message: string): string {
	const text = message.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
	return `${what.padEnd(10)} ${outcome.padEnd(12)} ${inSeconds(seconds).padStart(7)}  ${text}`.trimEnd();
}

/** Seconds for people: `3.1s`, `72s`. */
export function inSeconds(seconds: number): string {
	return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)}s`;
}

/** The last line of a terminal, drawn over and over. */
class LiveLine {
	private readonly sink: Sink;
	private step: StepName | undefined;
	private doing = "";
	private began = 0;
	private timer: NodeJS.Timeout | undefined;

	constructor(sink: Sink) {
		this.sink = sink;
	}

	begin(step: StepName): void {
		this.clear();
		this.step = step;
		this.doing = "";
		this.began = performance.now();
		this.timer = setInterval(() => this.draw(), periodMs);
		this.timer.unref();
		this.draw();
	}

	at(doing: string): void {
		this.doing = doing;
		if (this.timer) this.draw();
	}

	clear(): void {
		if (!this.timer) return;
		clearInterval(this.timer);
		this.timer = undefined;
		write(this.sink, "\r\x1b[2K");
	}

	private draw(): void {
		const seconds = Math.floor((performance.now() - this.began) / 1000);
		const text = line(this.step ?? "", "...", seconds, this.doing);
		// A line that is wrapped could not be drawn over. A terminal that does not know its size says 0.
		write(this.sink, `\r\x1b[2K${text.slice(0, (this.sink.columns || 80) - 1)}`);
	}
}
