import { lookWhileStopped } from "./look.ts";
import { markBegun, mayCall, type Pass } from "./pass.ts";
import { isHeld, recoverItem } from "./records.ts";

/** Towards Stop: has every node take out what may be on its targets. */
export async function recoverTargets(pass: Pass): Promise<void> {
	if (!pass.records || pass.traits.oneShot) return;
	const { caller, calls, experiment } = pass;
	pass.records = await lookWhileStopped(pass, pass.records);
	const owed = Map.groupBy(pass.records.filter(isHeld), ({ node }) => node);
	for (const [node, records] of owed) {
		if (!mayCall(pass, node, "Recover")) continue;
		markBegun(pass, records, "Injected/Wait");
		const items = records.map((record) => recoverItem(experiment, record));
		pass.begin.push(() => calls.recover(caller, node, items));
	}
}
