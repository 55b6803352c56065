import { expect, test } from "vitest";
import { peersOf } from "../../../tools/lib/reach.ts";

test("peers are all addresses of pods and of Services that have one of their own", () => {
	const pod = {
		metadata: { name: "back-1", labels: { app: "back" } },
		status: { podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }] },
	};
	const starting = { metadata: { name: "back-2", labels: { app: "back" } }, status: {} };
	const service = {
		metadata: { name: "back", labels: { app: "back" } },
		spec: { clusterIPs: ["10.96.0.1", "fd00:96::1"] },
	};
	const headless = { metadata: { name: "back-pods", labels: { app: "back" } }, spec: { clusterIPs: ["None"] } };
	expect(peersOf([pod, starting], [service, headless])).toEqual([
		{ role: "back", name: "back-1", via: "pod", address: "10.0.0.1" },
		{ role: "back", name: "back-1", via: "pod", address: "fd00::1" },
		{ role: "back", name: "back", via: "service", address: "10.96.0.1" },
		{ role: "back", name: "back", via: "service", address: "fd00:96::1" },
	]);
});
