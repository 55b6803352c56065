import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { isYes } from "../../cli/question.ts";

/** Asks somebody who types these keys. */
function ask(keys: string, signal = new AbortController().signal): Promise<boolean> {
	const [input, output] = [new PassThrough(), new PassThrough()];
	const answer = isYes("Go on? ", { input, output }, signal);
	input.write(keys);
	return answer;
}

it.each([
	["y\r", true],
	["YES\r", true],
	["n\r", false],
	["\r", false],
	["yesterday\r", false],
])("takes %j for %s", async (keys, answer) => {
	expect(await ask(keys)).toBe(answer);
});

it("takes Ctrl-D for a no", async () => {
	expect(await ask("\u0004")).toBe(false);
});

it("takes the end of the terminal for a no", async () => {
	const [input, output] = [new PassThrough(), new PassThrough()];
	const answer = isYes("Go on? ", { input, output }, new AbortController().signal);
	input.end();
	expect(await answer).toBe(false);
});

it("rejects when nobody waits for the answer any more", async () => {
	const controller = new AbortController();
	const answer = ask("ye", controller.signal);
	controller.abort();
	await expect(answer).rejects.toThrow();
});
