import { describe, expect, test } from "vitest";
import { type AddressResolver, peersFromDns, peersFromJson, searchDomain } from "../../../images/sample/peers.ts";

describe("peers from JSON", () => {
	test("keeps what is right and takes a missing name for unknown", () => {
		const pod = { role: "back", name: "back-0", via: "pod", address: "fd00::5" };
		const service = { role: "store", via: "service", address: "10.96.0.7" };
		expect(peersFromJson(JSON.stringify([pod, service]))).toEqual([pod, { ...service, name: null }]);
	});

	test.each([
		["[", /^--peers is not JSON: /],
		["{}", /^--peers is not a JSON array$/],
		["[null]", /^--peers\[0\] is null; right is \{"role": "back", /],
		[
			'[{"role":"back","via":"pod","address":"back.local"}]',
			/^--peers\[0\] is \{"role":"back","via":"pod","address":"back.local"\}; right is /,
		],
		['[{"role":"back","via":"node","address":"10.0.0.1"}]', /"via":"node"/],
	])("refuses %s", (json, message) => {
		expect(() => peersFromJson(json)).toThrow(message);
	});
});

test("the search domain is the namespace's own, the first", () => {
	const conf =
		"nameserver 10.96.0.10\nsearch sample.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n";
	expect(searchDomain(conf)).toBe("sample.svc.cluster.local");
	expect(() => searchDomain("nameserver 10.96.0.10\n")).toThrow("no search domain; give the peers with --peers");
});

describe("peers from DNS", () => {
	const self = { role: "front", pod: "front-0" };
	/** Answers from a table of full names; what is not in it does not exist. */
	const resolver = (addresses: Record<string, string[]>): AddressResolver => {
		const ask = async (family: 4 | 6, name: string) => {
			const found = addresses[`${name}/${family}`];
			if (found !== undefined) return found;
			const code = Object.keys(addresses).some((known) => known.startsWith(`${name}/`)) ? "ENODATA" : "ENOTFOUND";
			throw Object.assign(new Error(code), { code });
		};
		return {
			resolve4: ((name: string) => ask(4, name)) as AddressResolver["resolve4"],
			resolve6: ((name: string) => ask(6, name)) as AddressResolver["resolve6"],
		};
	};

	test("pods have no name yet, Services have that of the role, a missing family is no failure", async () => {
		const known = resolver({
			"back-pods.app.svc.x/4": ["10.0.0.1", "10.0.0.2"],
			"back-pods.app.svc.x/6": ["fd00::1"],
			"back.app.svc.x/4": ["10.96.0.1"],
		});
		const { peers, failures } = await peersFromDns(["back"], "app.svc.x", self, known);
		expect(failures).toEqual([]);
		expect(peers).toEqual([
			{ role: "back", name: null, via: "pod", address: "10.0.0.1" },
			{ role: "back", name: null, via: "pod", address: "10.0.0.2" },
			{ role: "back", name: null, via: "pod", address: "fd00::1" },
			{ role: "back", name: "back", via: "service", address: "10.96.0.1" },
		]);
	});

	test("a name that is not resolved is a peer that was not reached", async () => {
		const { peers, failures } = await peersFromDns(["store"], "app.svc.x", self, resolver({}));
		expect(peers).toEqual([]);
		expect(failures.map(({ role, via, family, ok, error }) => [role, via, family, ok, error])).toEqual([
			["store", "pod", 4, false, "DNS: store-pods.app.svc.x: ENOTFOUND"],
			["store", "pod", 6, false, "DNS: store-pods.app.svc.x: ENOTFOUND"],
			["store", "service", 4, false, "DNS: store.app.svc.x: ENOTFOUND"],
			["store", "service", 6, false, "DNS: store.app.svc.x: ENOTFOUND"],
		]);
	});
});
