import type { Addresses } from "../../api/plan.ts";
import { quote } from "../../api/problem.ts";
import type { HostAddresses } from "../../api/status.ts";
import { fewOf } from "../../api/wording.ts";
import type { Pass } from "../pass.ts";
import type { KnownHost } from "./hosts.ts";

/** More addresses than this in one experiment would make its status too large. */
const mostAddresses = 4096;

/**
 * Learns what the names in the spec stand for. Before targets are chosen each must stand for something; later the fault stays aimed
 * at what was known last.
 *
 * @returns whether all is known, so that the fault can be planned
 */
export async function learnHosts(pass: Pass): Promise<boolean> {
	const known = await pass.world.hosts(pass.experiment);
	if (known.length === 0) return true;
	pass.again.push(...known.map(({ againMs }) => againMs));
	const lost = known.filter(({ problem }) => problem !== undefined);
	const nowhere = known.filter(({ addresses }) => addresses.length === 0);
	const total = known.reduce((sum, { addresses }) => sum + addresses.length, 0);
	if (total > mostAddresses) {
		const message = `the names in the spec stand for ${total} addresses, and ${mostAddresses} are the most for one experiment`;
		pass.lostHosts = [`${message}; ${pass.hosts ? "the fault stays where it is" : "name fewer"}`];
		if (!pass.hosts) pass.notSelected = { reason: "SelectionFailed", message: `${message}; name fewer` };
		return pass.hosts !== undefined;
	}
	pass.lostHosts = lost.map((host) => `${said(host)}; the fault stays on ${fewOf(host.addresses)}`);
	// Once there are targets, what their names stood for is known; without that nothing may be planned.
	if (nowhere.length > 0 || (!pass.records && lost.length > 0)) {
		const [first] = nowhere.length > 0 ? nowhere : lost;
		if (first) pass.notSelected = { reason: "UnknownHost", message: said(first) };
		return false;
	}
	pass.hosts = known.map(({ host, addresses }): HostAddresses => ({ host: host.text, addresses }));
	return true;
}

/** The addresses as planning takes them. */
export function addressesOf(hosts: readonly HostAddresses[] = []): Addresses {
	return Object.fromEntries(hosts.map(({ host, addresses }) => [host, addresses]));
}

function said({ host, problem }: KnownHost): string {
	return `spec.${host.path}: ${quote(host.text)} can't be looked up: ${problem ?? "it stands for no address"}`;
}
