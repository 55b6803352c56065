import { join } from "node:path";
import { expect, it } from "vitest";
import { OptionError, plan } from "../../game-day/options.ts";

const least = { folder: "test", stack: "dev" };

it("fills in what is left out", () => {
	expect(plan(least)).toEqual({
		folder: join(process.cwd(), "test"),
		stack: "dev",
		project: "game-day",
		environment: {},
		holdMs: 60_000,
		timeoutMs: 3_600_000,
	});
	expect(plan({ ...least, during: () => {} }).holdMs).toBe(0);
	expect(plan({ ...least, hold: "90s", timeout: "5m" })).toMatchObject({ holdMs: 90_000, timeoutMs: 300_000 });
});

it.each([
	[{ folder: "absent" }, 'folder: "absent" is not a folder; name that of the Pulumi program'],
	[{ stack: "" }, 'stack: "" is not a name; write that of the stack, such as "dev"'],
	[{ hold: "5 minutes" }, /^hold: "5 minutes" is not a duration of zero or more; write numbers with units/],
	[{ timeout: "0" }, /^timeout: "0" is not a duration above zero; write numbers with units/],
	[{ hold: "1000h" }, 'hold: "1000h" is too long; use at most "596h"'],
	[{ config: {}, configFile: "a.yaml" }, /^config: can't be set in the file "a.yaml"/],
])("refuses %j", (more, message) => {
	expect(() => plan({ ...least, ...more })).toThrow(OptionError);
	expect(() => plan({ ...least, ...more })).toThrow(message);
});
