import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Order, orderFile, type Waiting, waitingFile } from "./crash/order.ts";

let orders = 0;

/** Orders the next process that passes a place to wait there. */
export function giveOrder(order: Omit<Order, "id">): void {
	const draft = `${orderFile}.draft`;
	writeFileSync(draft, JSON.stringify({ ...order, id: String(++orders) } satisfies Order));
	renameSync(draft, orderFile);
}

/** Waits until a process waits as ordered. @throws Error when none does within `seconds` */
export async function untilWaiting(seconds = 120): Promise<void> {
	const end = performance.now() + seconds * 1000;
	while (!existsSync(waitingFile)) {
		if (performance.now() > end) {
			throw new Error(`nobody came past ${readFileSync(orderFile, "utf8")} within ${seconds} s`);
		}
		await sleep(10);
	}
}

/** Who waits now; undefined: nobody. */
export function whoWaits(): Waiting | undefined {
	return existsSync(waitingFile) ? (JSON.parse(readFileSync(waitingFile, "utf8")) as Waiting) : undefined;
}

/** Lets whoever waits go on, if it still lives, and takes back what nobody followed. */
export function letGo(): void {
	rmSync(orderFile, { force: true });
	rmSync(waitingFile, { force: true });
}
