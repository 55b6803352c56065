import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Step } from "../../../api/step.ts";
import { type Edge, type Order, orderFile, type Waiting, waitingFile } from "./order.ts";

// In images of the kill matrix this module stands where api/step.ts does in the product.

const lookAgainMs = 5;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
let order: Order | undefined;
let passed = 0;

/** Makes one change; when it was ordered so, the whole process waits right before it or right behind it. */
export function step<T>(name: Step, change: () => T): T {
	waitIfOrdered(name, "before");
	const result = change();
	if (!(result instanceof Promise)) {
		waitIfOrdered(name, "after");
		return result;
	}
	return result.then((value) => {
		waitIfOrdered(name, "after");
		return value;
	}) as T;
}

/** The first process that passes the place gets to wait; the driver kills it, or something else, and removes the file. */
function waitIfOrdered(step: Step, edge: Edge): void {
	const now = currentOrder();
	if (now?.step !== step || now.edge !== edge) return;
	if (now.id !== order?.id) passed = 0;
	order = now;
	passed++;
	if (passed < now.pass) return;
	const taken = `${orderFile}.taken-by-${hostname()}`;
	try {
		renameSync(orderFile, taken);
	} catch {
		return;
	}
	// The order is the driver's file, which a controller may take away but not write.
	rmSync(taken);
	writeFileSync(taken, JSON.stringify({ ...now, host: hostname() } satisfies Waiting));
	renameSync(taken, waitingFile);
	// The thread itself sleeps: nothing of the process runs meanwhile, as if it were killed already.
	while (existsSync(waitingFile)) Atomics.wait(sleeper, 0, 0, lookAgainMs);
}

function currentOrder(): Order | undefined {
	try {
		return JSON.parse(readFileSync(orderFile, "utf8")) as Order;
	} catch {
		return undefined;
	}
}
