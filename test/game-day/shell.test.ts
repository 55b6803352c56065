import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellWord } from "../../game-day/shell.ts";

it("leaves alone what means nothing else", () => {
	expect(shellWord("/home/me/attacks_2/Pulumi.dev.yaml")).toBe("/home/me/attacks_2/Pulumi.dev.yaml");
	expect(shellWord("org/dev-1")).toBe("org/dev-1");
});

it.each(["", "my folder", "it's", "$HOME", "a;b", "`x`", '"', "~", "*", "#", "back\\slash", "two\nlines", "!!"])(
	"is read back by a shell: %j",
	(text) => {
		expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
	},
);
