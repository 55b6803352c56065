import { existsSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { lookIntoNetworks } from "../../../tools/lib/pod-network.ts";
import { Pod } from "../../support/pod.ts";

it("looks into each network once, also when the process that it was found by ends meanwhile", async () => {
	const [ends, stays] = await Promise.all([Pod.start("ends"), Pod.start("stays")]);
	onTestFinished(async () => {
		await Promise.all([ends.stop(), stays.stop()]);
	});
	ends.run("nft", "add", "table", "inet", "one");
	stays.run("nft", "add", "table", "inet", "other");

	const tables = lookIntoNetworks([ends.pid, ends.pid, stays.pid, 2 ** 22], (run) => {
		process.kill(ends.pid, "SIGKILL");
		while (existsSync(`/proc/${ends.pid}/ns/net`));
		return [run("nft", "list", "tables").trim()];
	});
	expect(tables).toEqual(["table inet one", "table inet other"]);
});
