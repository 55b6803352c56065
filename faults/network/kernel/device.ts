import type { Path } from "../instruction.ts";
import { type Link, ownPrefix } from "../links.ts";
import { flag } from "./classes.ts";

/** The device (`ifb`) in the pod whose qdisc shapes all packets of a direction, and gives them back to where they came from. */
export function deviceOfHook(hook: Path["hook"]): string {
	return `${ownPrefix}${hook === "egress" ? "out" : "in"}`;
}

/** Line for `ip -batch` that makes it. */
export function creation(hook: Path["hook"]): string {
	return `link add name ${deviceOfHook(hook)} up txqueuelen 1000 type ifb`;
}

/** Line for `ip -batch` that deletes it, with its qdisc. */
export function deletion(hook: Path["hook"]): string {
	return `link delete dev ${deviceOfHook(hook)}`;
}

/** Line for `ip -batch` that writes down, at our own device, which devices had no `clsact` qdisc before us. */
export function note(bare: readonly string[]): string {
	return `link set dev ${deviceOfHook("egress")} alias ${noted}${bare.join(",")}`;
}

const noted = "clsact-by-pulumi-chaos:";

/** Devices whose `clsact` qdisc is ours. */
export function bareDevices(links: readonly Link[]): string[] {
	const alias = links.find(({ ifname }) => ifname === deviceOfHook("egress"))?.ifalias ?? "";
	if (!alias.startsWith(noted)) return [];
	return alias
		.slice(noted.length)
		.split(",")
		.filter((device) => device !== "");
}

/** Our filters stand behind all others of a device. */
const pref = 65_000;

/** Line for `tc -batch` that hands the marked packets of a device over to ours. */
export function filter(device: string): string {
	const mark = `0x${flag.toString(16)}`;
	return `filter replace dev ${device} egress protocol all pref ${pref} handle 800::1 u32 match mark ${mark} ${mark} action mirred egress redirect dev ${deviceOfHook("egress")}`;
}

/** Line for `tc -batch` that ends it. */
export function noFilter(device: string): string {
	return `filter delete dev ${device} egress pref ${pref}`;
}

/** The filters that a device has, by `tc -j filter show`. */
export interface Filters {
	ingress: string;
	egress: string;
}

/** Whether ours is among them, and leads to our device. */
export function leadsToOurs(egress: string): boolean {
	return egress.includes(`"to_dev":"${deviceOfHook("egress")}"`);
}

/** Whether ours is among them, wherever it leads: our device may be gone. */
export function hasOurs({ egress }: Filters): boolean {
	return prefsIn(egress).includes(pref);
}

/** Whether there are others than ours. */
export function hasOthers({ ingress, egress }: Filters): boolean {
	return prefsIn(ingress).length > 0 || prefsIn(egress).some((one) => one !== pref);
}

function prefsIn(listing: string): (number | undefined)[] {
	return (JSON.parse(listing) as { pref?: number }[]).map((one) => one.pref);
}
