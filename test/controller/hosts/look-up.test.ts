import { describe, expect, it } from "vitest";
import { ApiError } from "../../../controller/api-server.ts";
import { lookUpIn } from "../../../controller/hosts/look-up.ts";
import { clusterDomainOf } from "../../../controller/hosts/services.ts";

type Answers = Record<string, { address: string; ttl: number }[] | string>;

function dnsOf(answers: Answers) {
	const ask = (family: 4 | 6) => async (name: string) => {
		const answer = answers[`${name}/${family}`] ?? "ENOTFOUND";
		if (typeof answer === "string") throw Object.assign(new Error(answer), { code: answer });
		return answer;
	};
	return { resolve4: ask(4), resolve6: ask(6) } as never;
}

/** Objects of the API server by path; those of a list one a page. */
function lookUp(objects: Record<string, unknown>, answers: Answers = {}) {
	const get = async (path: string, query: { labelSelector?: string; continue?: string } = {}) => {
		const key = query.labelSelector === undefined ? path : `${path}?${query.labelSelector}`;
		if (!(key in objects)) throw new ApiError(404, "not found");
		const object = objects[key];
		if (!Array.isArray(object)) return object;
		const page = Number(query.continue ?? 0);
		const more = page + 1 < object.length ? { continue: String(page + 1) } : {};
		return { metadata: more, items: object.slice(page, page + 1) };
	};
	const look = lookUpIn({ server: { get } as never, dns: dnsOf(answers), clusterDomain: "cluster.test" });
	return (name: string, port?: number) => look({ name, ...(port !== undefined && { port }) });
}

describe("DNS", () => {
	it("is asked for both families, and believed as long as it says, within bounds", async () => {
		const look = lookUp(
			{},
			{
				"api.example.com/4": [{ address: "203.0.113.7", ttl: 30 }],
				"api.example.com/6": [{ address: "2001:db8::7", ttl: 20 }],
				"fast.example.com/4": [{ address: "203.0.113.8", ttl: 0 }],
				"fast.example.com/6": "ENODATA",
				"slow.example.com/4": [{ address: "203.0.113.9", ttl: 86_400 }],
				"slow.example.com/6": "ETIMEOUT",
			},
		);
		expect(await look("api.example.com", 443)).toEqual({
			addresses: ["203.0.113.7:443", "[2001:db8::7]:443"],
			freshMs: 20_000,
			keptMs: 60_000,
			partial: false,
		});
		expect(await look("fast.example.com")).toMatchObject({ addresses: ["203.0.113.8"], freshMs: 5000, partial: false });
		expect(await look("slow.example.com")).toMatchObject({ freshMs: 60_000, partial: true });
	});

	it("that knows no address is told apart from DNS that does not answer", async () => {
		const look = lookUp({}, { "dead.example.com/4": "ESERVFAIL", "dead.example.com/6": "ENODATA" });
		await expect(look("no.example.com")).rejects.toThrow(/^DNS knows no address of that name; correct the name/);
		await expect(look("dead.example.com")).rejects.toThrow(/^DNS gives no answer \(ESERVFAIL\)/);
	});

	it("is asked for names in the cluster that are no Service's, with the cluster's domain", async () => {
		const look = lookUp({}, { "db-0.db.shop.svc.cluster.test/4": [{ address: "10.1.0.9", ttl: 5 }] });
		for (const name of ["db-0.db.shop.svc", "db-0.db.shop.svc.cluster.test"]) {
			expect(await look(name)).toMatchObject({ addresses: ["10.1.0.9"] });
		}
	});
});

describe("a Service", () => {
	const slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?kubernetes.io/service-name=";
	const ports = [
		{ name: "http", port: 80 },
		{ name: "admin", port: 81 },
	];
	const endpoints = {
		endpoints: [{ addresses: ["10.1.0.2"] }, { addresses: ["10.1.0.3"] }],
		ports: [
			{ name: "http", port: 8080 },
			{ name: "admin", port: 8081 },
		],
	};
	const objects = {
		"/api/v1/namespaces/shop/services/pay": { spec: { clusterIPs: ["10.96.0.7", "fd00:96::7"], ports } },
		[`${slices}pay`]: [endpoints, { endpoints: [{ addresses: ["fd00::2"] }], ports: endpoints.ports }],
		"/api/v1/namespaces/shop/services/db": { spec: { clusterIPs: ["None"], ports: [{ port: 5432 }] } },
		[`${slices}db`]: [{ ...endpoints, ports: [{ name: "", port: 15_432 }] }],
		"/api/v1/namespaces/shop/services/idle": { spec: { clusterIPs: ["None"] } },
		[`${slices}idle`]: [{ endpoints: null, ports: null }],
		"/api/v1/namespaces/shop/services/out": { spec: { type: "ExternalName", externalName: "api.example.com." } },
	};
	const look = lookUp(objects, { "api.example.com/4": [{ address: "203.0.113.7", ttl: 5 }] });

	it.each(["pay.shop.svc", "pay.shop.svc.cluster.test"])(
		"is its own addresses and those of its pods: %s",
		async (name) => {
			expect(await look(name)).toEqual({
				addresses: ["10.96.0.7", "fd00:96::7", "10.1.0.2", "10.1.0.3", "fd00::2"],
				freshMs: 5000,
				keptMs: 0,
			});
		},
	);

	it("with a port is that port, and behind it what it leads to", async () => {
		const { addresses } = await look("pay.shop.svc", 80);
		expect(addresses).toEqual(["10.96.0.7:80", "[fd00:96::7]:80", "10.1.0.2:8080", "10.1.0.3:8080", "[fd00::2]:8080"]);
	});

	it("without an address of its own is its pods, at the port that is asked for and the one that it leads to", async () => {
		const { addresses } = await look("db.shop.svc", 5432);
		expect(addresses).toEqual(["10.1.0.2:15432", "10.1.0.2:5432", "10.1.0.3:15432", "10.1.0.3:5432"]);
	});

	it("that stands for a name outside is what DNS says of that", async () => {
		expect(await look("out.shop.svc", 443)).toMatchObject({ addresses: ["203.0.113.7:443"] });
	});

	it.each([
		["no.shop.svc", undefined, "there is no Service shop/no; create it or correct the name"],
		["pay.shop.svc", 82, "Service shop/pay has no port 82; it has 80, 81"],
		["idle.shop.svc", undefined, "Service shop/idle has no address, and no pod behind it; start its pods"],
	])("is refused in words: %s %s", async (name, port, message) => {
		await expect(look(name, port)).rejects.toThrow(message);
	});
});

it.each([
	["search chaos.svc.example.org svc.example.org example.org\nnameserver 10.96.0.10\n", "example.org"],
	["nameserver 192.0.2.1\nsearch svc.example.org. home\n", "example.org"],
	["nameserver 192.0.2.1\n", "cluster.local"],
])("reads the cluster's domain from %j", (text, domain) => {
	expect(clusterDomainOf(text)).toBe(domain);
});
