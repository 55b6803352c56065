import { BlockList, isIP } from "node:net";

/** Addresses that lead to the controller itself, to its node, or to what a cloud tells its machines (keys among it). */
const closed = new BlockList();
for (const [network, prefix] of [
	["0.0.0.0", 8],
	["127.0.0.0", 8],
	// Link-local: 169.254.169.254 is where AWS, Azure, GCP and others answer.
	["169.254.0.0", 16],
	["224.0.0.0", 3],
] as const) {
	closed.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
	["::", 127],
	["fe80::", 10],
	["ff00::", 8],
	// NAT64: leads to any IPv4 address.
	["64:ff9b::", 96],
] as const) {
	closed.addSubnet(network, prefix, "ipv6");
}
// What answers elsewhere: Azure, Alibaba, Oracle, AWS by IPv6, GCP by IPv6.
for (const address of ["168.63.129.16", "100.100.100.200", "192.0.0.192"]) closed.addAddress(address, "ipv4");
for (const address of ["fd00:ec2::254", "fd20:ce::254"]) closed.addAddress(address, "ipv6");

/**
 * Whether a probe may not be sent to an address, whoever asks for it: the controller can reach what the users of experiments must not.
 *
 * @param own - addresses of the chaos system's pods
 */
export function isClosed(address: string, own: ReadonlySet<string>): boolean {
	const family = isIP(address) === 6 ? "ipv6" : "ipv4";
	if (address.includes("%")) return true;
	const plain = family === "ipv6" ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
	// An IPv4 address in the clothes of IPv6: nobody writes one who has nothing to hide.
	return plain.startsWith("::ffff:") || own.has(plain) || closed.check(plain, family);
}
