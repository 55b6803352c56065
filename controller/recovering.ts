import { lookWhileStopped } from "./look.ts";
import { markBegun, mayCall, type Pass } from "./pass.ts";
import { injectionOf, isHeld } from "./records.ts";

/** Towards Stop: has every node take out what may be on its targets. */
export async function recoverTargets(pass: Pass): Promise<void> {
	if (!pass.records) return;
	const { caller, calls } = pass;
	pass.records = await lookWhileStopped(pass, pass.records);
	const owed = Map.groupBy(pass.records.filter(isHeld), ({ node }) => node);
	for (const [node, records] of owed) {
		if (!mayCall(pass, node, "Recover")) continue;
		markBegun(pass, records, "Injected/Wait");
		const ids = records.map((record) => injectionOf(caller.uid, record));
		pass.begin.push(() => calls.recover(caller, node, ids));
	}
}
