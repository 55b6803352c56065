import type { Path } from "./instruction.ts";
import { type AddressSet, addressSets, inSet, match, port, portsAre, type Rule, through } from "./ruleset.ts";

/** The least port that Linux gives to clients (`ip_local_port_range`); servers listen below it. */
const ephemeral = 32_768;

/** A path with the sets of its peers' addresses. */
export interface PathSets {
	path: Path;
	/** Undefined: everybody. */
	sets: AddressSet[] | undefined;
}

/** The sets that paths need, under names that no two paths share. */
export function withSets(paths: readonly Path[]): PathSets[] {
	return paths.map((path, index) => ({
		path,
		sets: path.peers && addressSets(`path${index}`, path.peers),
	}));
}

/** The rules that end in some statements for all packets of a path, whatever their family. */
export function rulesOf({ path, sets }: PathSets, statements: Rule): Rule[] {
	const egress = path.hook === "egress";
	const passes = through(egress ? "oifname" : "iifname", path.device);
	const ofPort = path.port === undefined ? [] : [portsAre(true), port(egress ? "dport" : "sport", "==", path.port)];
	// Whoever names nobody does not mean what has no address, such as ARP.
	const ip = match("==", { meta: { key: "protocol" } }, { set: ["ip", "ip6"] });
	const whose = sets ? sets.map((set) => inSet(set, egress ? "daddr" : "saddr")) : [ip];
	return whose.flatMap((who) => partsOf(path.part).map((part) => [passes, who, ...ofPort, ...part, ...statements]));
}

/**
 * What only some packets of a path match. A reply is what goes from the port of a server to that of a client; the rest is all
 * else, also what has no ports. Both ends of a connection see the same ports, but for what a Service has changed, and so agree
 * on which of them shapes a packet.
 */
function partsOf(part: Path["part"]): Rule[] {
	if (part === undefined) return [[]];
	if (part === "replies") {
		return [[portsAre(true), port("sport", "<", ephemeral), port("dport", ">=", ephemeral)]];
	}
	return [
		[portsAre(false)],
		[portsAre(true), port("sport", ">=", ephemeral)],
		[portsAre(true), port("dport", "<", ephemeral)],
	];
}
