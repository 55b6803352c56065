import { readFileSync } from "node:fs";
import { run } from "../lib/run.ts";

/** Where apt gets the distribution of this machine from, and how. */
export interface AptSources {
	/** Lines of a `sources.list`. They may hold credentials: never log them. */
	lines: string[];
	/** Settings of apt that decide how it reaches its mirrors, as lines of an `apt.conf`. They may hold credentials as well. */
	settings: string[];
}

/** What apt calls the maker of a release, by the `ID` of `/etc/os-release`. */
const origins: Readonly<Record<string, string>> = { debian: "Debian", ubuntu: "Ubuntu" };

const targets = [
	"indextargets",
	"--format",
	"$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)",
	"Created-By: Packages",
	"Target-Of: deb",
];

/** The sources that apt on this machine uses for the distribution itself. @throws Error when there are none. */
export async function aptSources(): Promise<AptSources> {
	const { id, suite } = distribution(readFileSync("/etc/os-release", "utf8"));
	const origin = origins[id] ?? "";
	const read = async () => sourceLines(await run("apt-get", targets), origin);
	let lines = await read();
	if (lines.length === 0) {
		// apt knows the origin of a source only once it has its lists.
		await run("apt-get", ["-o", "DPkg::Lock::Timeout=300", "update"]);
		lines = await read();
	}
	if (lines.length === 0) {
		throw new Error(
			`apt has no package source of ${origin} ${suite}: name one in /etc/apt/sources.list.d and run apt-get update`,
		);
	}
	return { lines, settings: mirrorSettings(await run("apt-config", ["dump"])) };
}

/** Reads `/etc/os-release`: its `ID` and the code name of the release, such as `bookworm`. @throws Error on what is neither Debian nor Ubuntu. */
export function distribution(osRelease: string): { id: string; suite: string } {
	const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, "m").exec(osRelease)?.[1] ?? "";
	const id = field("ID");
	const suite = field("VERSION_CODENAME");
	if (id in origins && suite !== "") return { id, suite };
	throw new Error(
		`images without a registry are built from the packages of Debian or Ubuntu, and this is "${field("PRETTY_NAME")}": ` +
			"build them with docker and a registry, as images/README.md says",
	);
}

/** Turns what apt-get lists (origin, address, release, component) into `deb` lines, leaving out other makers' sources. */
export function sourceLines(listed: string, origin: string): string[] {
	const components = new Map<string, Set<string>>();
	for (const line of listed.split("\n")) {
		const [from, address, release, component] = line.split("|");
		if (from !== origin || address === undefined || release === undefined || component === undefined) continue;
		const source = `${address} ${release}`;
		components.set(source, (components.get(source) ?? new Set()).add(component));
	}
	return [...components].map(([source, names]) => `deb ${source} ${[...names].join(" ")}`);
}

/** Picks from the dump of apt's configuration what matters to reach a mirror: proxies, certificates, clocks, retries. */
export function mirrorSettings(dump: string): string[] {
	return dump.split("\n").filter((line) => /^Acquire::(https?|Check-|Retries|ForceIPv)\S* ".+";$/.test(line));
}
