import { expect, it, vi } from "vitest";
import { inSeconds, progressTo } from "../../game-day/progress.ts";
import type { StepResult } from "../../game-day/result.ts";
import { gameDayResult } from "./results.ts";

const step: StepResult = { name: "recovery", outcome: "done", seconds: 3.14, message: "nothing\n is \u001b[1mleft" };

function written(isTTY: boolean, columns?: number) {
	let text = "";
	const sink = {
		isTTY,
		columns,
		write: (more: string) => {
			text += more;
		},
	};
	return { progress: progressTo(sink), text: () => text };
}

it("writes exactly one line a step and one at the end, whatever the messages hold", () => {
	const { progress, text } = written(false);
	progress.begin("recovery");
	progress.at("half of it");
	progress.end(step);
	progress.finish(gameDayResult({ verdict: "left behind", message: "cut\nmay be left" }));
	expect(text()).toBe(
		"recovery   done            3.1s  nothing is [1mleft\ngame day   left behind      73s  cut may be left\n",
	);
});

it("draws on a terminal what goes on, on one line that it takes away again", () => {
	vi.useFakeTimers();
	try {
		const { progress, text } = written(true, 40);
		progress.begin("injection");
		progress.at("NetworkChaos cut: Injecting, and a lot more than the line holds");
		vi.advanceTimersByTime(2000);
		progress.end({ ...step, name: "injection" });
		vi.advanceTimersByTime(5000);
		const frames = text().split("\r\x1b[2K");
		expect(frames).toHaveLength(6);
		for (const frame of frames.slice(0, -1)) expect(frame.length).toBeLessThan(40);
		expect(frames[2]).toMatch(/^injection {2}\.\.\. +\d+s {2}Networ$/);
		expect(frames.at(-1)).toMatch(/^injection {2}done .*\n$/);
	} finally {
		vi.useRealTimers();
	}
});

it("takes a terminal that does not know its size for an ordinary one", () => {
	const { progress, text } = written(true, 0);
	progress.begin("preview");
	progress.end({ ...step, name: "preview" });
	expect(text()).toMatch(/^\r.{4}preview +\.\.\./);
});

it("leaves the line to whoever is asked", () => {
	const { progress, text } = written(true);
	progress.begin("approval");
	progress.at("nothing");
	expect(text()).toBe("");
});

it.each([
	[0, "0s"],
	[3.14, "3.1s"],
	[9.96, "10s"],
	[72.6, "73s"],
])("%d seconds are %s", (seconds, words) => {
	expect(inSeconds(seconds)).toBe(words);
});
