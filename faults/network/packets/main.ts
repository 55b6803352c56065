/** The packet engine: a helper of the daemon that holds back, loses, repeats and spoils packets. See docs/daemon.md. */
import { constants, setPriority } from "node:os";
import { Alarms } from "../../../api/alarms.ts";
import { serveHelper } from "../../node/helper-server.ts";
import { loadNative } from "../../node/native.ts";
import { openNetns } from "../../node/netns.ts";
import { Engine } from "./engine.ts";
import { type EngineQuestion, questionOf } from "./questions.ts";

async function main(): Promise<void> {
	const native = await loadNative();
	beQuick();
	const engine = new Engine(native);
	const deadlines = new Alarms((id) => engine.undo(id));
	serveHelper(process.argv[2] ?? "", {
		answer: (question) => answer(questionOf(question)),
		isBusy: () => engine.list().length > 0,
		end: () => engine.close(),
	});

	async function answer(question: EngineQuestion): Promise<unknown> {
		switch (question.do) {
			case "add": {
				const { do: _, netns, pid, expiresInMs, ...injection } = question;
				const namespace = await openNetns({ netns, pid });
				// A pod that is gone is told apart from what went wrong.
				if (!namespace) return null;
				try {
					const placed = engine.add(injection, namespace.fd, netns);
					deadlines.set(injection.id, expiresInMs);
					return placed;
				} finally {
					await namespace.close();
				}
			}
			case "remove":
				deadlines.clear(question.id);
				return engine.remove(question.id);
			case "expire":
				deadlines.set(question.id, question.expiresInMs);
				return true;
			case "list":
				return engine.list();
		}
	}
}

/**
 * Has packets not wait for this process longer than they should, as far as it may. Its memory is not locked: V8 ends the process
 * when the kernel will not take back memory that it gives back, which it does not take when that is locked.
 */
function beQuick(): void {
	try {
		setPriority(constants.priority.PRIORITY_HIGHEST);
	} catch {
		// It takes the capability SYS_NICE.
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
