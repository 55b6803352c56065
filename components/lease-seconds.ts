import { RunError } from "@pulumi/pulumi";
import { leaseSeconds } from "../api/daemon-api.ts";
import { quote } from "../api/problem.ts";

/** The length of a lease as it was given. Throws at preview what would keep the controller from starting. */
export function checkedLease(seconds: number | undefined): number | undefined {
	const { least, most } = leaseSeconds;
	if (seconds === undefined || (Number.isInteger(seconds) && seconds >= least && seconds <= most)) return seconds;
	throw new RunError(`leaseSeconds: ${quote(seconds)} is not a whole number from ${least} to ${most}`);
}
