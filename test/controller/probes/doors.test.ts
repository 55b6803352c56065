import { describe, expect, it } from "vitest";
import { isClosed } from "../../../controller/probes/doors.ts";
import { namesFor, reachFor } from "../../../controller/probes/reach.ts";
import { Unwell } from "../../../controller/probes/unwell.ts";

const own = new Set(["10.0.0.7", "fd00::7"]);

describe("closed to probes", () => {
	it.each([
		["the controller itself", "127.0.0.1"],
		["the controller itself", "127.8.8.8"],
		["the controller itself", "::1"],
		["the controller itself", "0.0.0.0"],
		["the controller itself", "::"],
		["the cloud's data", "169.254.169.254"],
		["the cloud's data", "fd00:ec2::254"],
		["the cloud's data", "fd00:0ec2:0:0:0:0:0:254"],
		["the cloud's data", "fd20:ce::254"],
		["the cloud's data", "100.100.100.200"],
		["the cloud's data", "168.63.129.16"],
		["another spelling of it", "::ffff:169.254.169.254"],
		["another spelling of it", "::ffff:a9fe:a9fe"],
		["another spelling of it", "0:0:0:0:0:ffff:a9fe:a9fe"],
		["a translation of it", "64:ff9b::a9fe:a9fe"],
		["a link", "fe80::1"],
		["a link", "fe80::1%eth0"],
		["a group", "224.0.0.1"],
		["everybody", "255.255.255.255"],
		["a pod of the chaos system", "10.0.0.7"],
		["a pod of the chaos system", "fd00:0::7"],
	])("%s: %s", (_what, address) => {
		expect(isClosed(address, own)).toBe(true);
	});
});

describe("open to probes", () => {
	it.each(["10.0.0.8", "192.168.1.1", "172.17.0.1", "1.1.1.1", "fd00::8", "2606:4700::1111"])("%s", (address) => {
		expect(isClosed(address, own)).toBe(false);
	});
});

const names: Record<string, string[]> = {
	"front.shop.svc.cluster.local": ["10.0.0.8"],
	"rebound.example.com": ["1.1.1.1", "169.254.169.254"],
	"plain.example.com": ["1.1.1.1"],
};
const reach = reachFor({
	dns: {
		resolve4: (async (name: string) => {
			const found = names[name];
			if (!found) throw Object.assign(new Error("no"), { code: "ENOTFOUND" });
			return found.map((address) => ({ address, ttl: 5 }));
		}) as never,
		resolve6: (async () => []) as never,
	},
	clusterDomain: "cluster.local",
	own: () => own,
});

/** Addresses that a connection to a host would go to. */
function addressesOf(host: string): Promise<unknown> {
	return reach(host).then(
		(lookup) => new Promise((resolve) => lookup(host, { all: true }, (_error, found) => resolve(found))),
	);
}

it("takes a name of two parts for a Service before it takes it for a name of the world", async () => {
	expect(await addressesOf("front.shop")).toEqual([{ address: "10.0.0.8", family: 4 }]);
	expect(namesFor("example.com", "cluster.local")).toEqual(["example.com.svc.cluster.local", "example.com"]);
	expect(namesFor("front.shop.svc", "cluster.local")).toEqual(["front.shop.svc.cluster.local"]);
	expect(namesFor("api.example.com", "cluster.local")).toEqual(["api.example.com"]);
	expect(namesFor("example.com.", "cluster.local")).toEqual(["example.com"]);
});

it("goes by the addresses that a name has when it is asked, and refuses it when one of them is closed", async () => {
	expect(await addressesOf("plain.example.com")).toEqual([{ address: "1.1.1.1", family: 4 }]);
	await expect(reach("rebound.example.com")).rejects.toThrow(
		"rebound.example.com is at 169.254.169.254, where no probe",
	);
	await expect(reach("169.254.169.254")).rejects.toThrow("where no probe may go");
	await expect(reach("169.254.169.254")).rejects.not.toBeInstanceOf(Unwell);
});

it("takes a name that stands for nothing for a fault of the system", async () => {
	await expect(reach("gone.shop")).rejects.toBeInstanceOf(Unwell);
});
