import { check } from "../../../api/check.ts";
import { ownProbe } from "../../../api/own-probe.ts";
import {
	type CheckResult,
	checkCluster,
	checkNamespace,
	checkTimeout,
	checkTriggers,
	failures,
	type Unchecked,
} from "../check.ts";
import type { Context } from "../context.ts";
import { isUnknown } from "../engine-protocol.ts";
import { defaultNamespace, defaultTimeout } from "../state.ts";
import type { ProbeInputs } from "./state.ts";

/** Checks a Probe and fills in our own defaults. The name of an object stays, whatever became of the logical name. */
export function checkProbe(
	context: Context,
	olds: Unchecked<ProbeInputs> | undefined,
	news: Unchecked<ProbeInputs>,
): CheckResult<ProbeInputs> {
	const { waitTimeout = defaultTimeout, namespace = defaultNamespace, name } = news;
	const given = { ...news, waitTimeout, namespace, name: olds?.name ?? name, outcome: "Passing" };
	const inputs = given as ProbeInputs;
	const problems = [
		...check(ownProbe, inputs.spec, isUnknown),
		...checkNamespace(inputs.namespace),
		...checkTriggers(inputs.triggers),
		...checkTimeout("waitTimeout", inputs.waitTimeout),
		...checkCluster(context, inputs.cluster),
	];
	return { inputs, failures: failures(problems) };
}
