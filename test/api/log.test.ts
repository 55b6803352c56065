import { expect, it } from "vitest";
import { createLog, errorText } from "../../api/log.ts";

function logging(level?: Parameters<typeof createLog>[0]): { log: ReturnType<typeof createLog>; lines: string[] } {
	const lines: string[] = [];
	return { log: createLog(level, (line) => lines.push(line)), lines };
}

it("writes one JSON object a line, with what it is about", () => {
	const { log, lines } = logging();
	log.with({ experiment: "shop/cut" }).info("injected", { targets: 3 });
	expect(lines).toHaveLength(1);
	expect(lines[0]?.endsWith("}\n")).toBe(true);
	const { time, ...rest } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
	expect(rest).toEqual({ level: "info", message: "injected", experiment: "shop/cut", targets: 3 });
	expect(Date.parse(String(time))).toBeGreaterThan(Date.now() - 10_000);
	expect(Object.keys(JSON.parse(lines[0] ?? "{}"))).toEqual(["time", "level", "message", "experiment", "targets"]);
});

it("leaves out what is below its level", () => {
	const { log, lines } = logging("warn");
	for (const level of ["debug", "info", "warn", "error"] as const) log[level](level);
	expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(["warn", "error"]);
});

it("writes errors as text, with their causes", () => {
	const { log, lines } = logging();
	const error = new Error("can't connect", { cause: new Error("refused", { cause: "port closed" }) });
	log.warn("again", { error });
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({ error: "can't connect: refused: port closed" });
	expect([errorText("text"), errorText(new TypeError())]).toEqual(["text", "TypeError"]);
});

it("does not let a field hide time, level or message", () => {
	const { log, lines } = logging();
	log.info("mine", { message: "yours", level: "loud" });
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({ message: "mine", level: "info" });
});
