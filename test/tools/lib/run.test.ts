import { expect, test } from "vitest";
import { run } from "../../../tools/lib/run.ts";

test("gives the program its input and returns its output", async () => {
	expect(await run("cat", [], { input: "text" })).toBe("text");
	expect(await run("true", [], { input: "never read" })).toBe("");
});

test("an error tells the command, the code and the end of what the program said", async () => {
	await expect(run("ls", ["/no/such/file"])).rejects.toThrow(
		/^ls \/no\/such\/file: exit code 2\n {2}ls: .*No such file/,
	);
	await expect(run("no-such-program", ["x"])).rejects.toThrow("no-such-program x: spawn no-such-program ENOENT");
});
