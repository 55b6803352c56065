import type { Injector } from "../../api/injector.ts";
import { errorText } from "../../api/log.ts";
import type { Shape } from "./instruction.ts";
import { type KernelUndo, kernelEngine } from "./kernel/engine.ts";
import { type PacketsUndo, packetEngine } from "./packets/inject.ts";

/** What taking out what an engine has put in needs; it names the engine. */
export type ShapeUndo = KernelUndo | PacketsUndo;

type Engine = Injector<Shape, ShapeUndo>;

/** What can shape packets, the best first. */
const engines: Readonly<Record<ShapeUndo["engine"], Engine>> = {
	kernel: kernelEngine as Engine,
	packets: packetEngine as Engine,
};

/** The first engine that this node has all for that an instruction asks for. Throws an Error with what each of them lacks. */
export async function engineFor(instruction: Shape): Promise<Engine> {
	const lacks: string[] = [];
	for (const engine of Object.values(engines)) {
		try {
			await engine.needs(instruction);
			return engine;
		} catch (error) {
			lacks.push(errorText(error));
		}
	}
	throw new Error(lacks.join("; "));
}

/** The engine that an undo record is of. */
export function engineOf({ engine }: ShapeUndo): Engine {
	return engines[engine];
}
