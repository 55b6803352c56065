import { join } from "node:path";
import { expect, it } from "vitest";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { root } from "../../tools/lib/paths.ts";
import { clients, eventually, networkChaos } from "../support/kubernetes.ts";
import { sampleNamespace } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

const folder = join(root, "examples", "gate");
const released = async () =>
	(await clients().core.readNamespacedConfigMap({ name: "release", namespace: sampleNamespace })).data?.["version"];
const gone = (error: { code?: number }): undefined => {
	if (error.code !== 404) throw error;
};

it("releases when the experiment of another stack has passed and the front is well, and else says why not", async () => {
	const kubeconfig = { "pulumi-chaos:kubeconfig": kubeconfigPath() };
	const attack = await Stack.create(join(folder, "attack"), "staging", { ...kubeconfig, duration: "25s" });
	// Both keep their state in one place, as stacks do that know of each other.
	const backend = { PULUMI_BACKEND_URL: `file://${join(attack.folder, "state")}` };
	const gate = await Stack.create(folder, "staging", kubeconfig, backend);
	try {
		await attack.ok("up");
		const early = await gate.run("up");
		expect(early.status).not.toBe(0);
		expect(early.output).toContain(
			"nothing is released: the verdict of the experiment in organization/gate-attack/staging is not there yet",
		);
		await eventually("there is a verdict", async () => (await networkChaos.all())[0]?.status?.verdict === "passed", 90);
		expect((await attack.ok("up", "--refresh")).output).toMatch(/verdict *: "passed"/);

		await gate.configure("url", "http://front.shop:8080/nothing");
		const ill = await gate.run("up");
		expect(ill.status).not.toBe(0);
		expect(ill.output.replaceAll(/\s+/g, " ")).toMatch(
			/Probe "default\/front-answers-[0-9a-f]{8}" does not pass: it has failed 3 times in a row: status 404, not 200\. It stays/,
		);
		expect(await released().catch(gone)).toBeUndefined();

		await gate.configure("url", "http://front.shop:8080/");
		expect((await gate.ok("up")).output).toMatch(/outcome *: "Passing"/);
		expect(await released()).toBe("1");
		await gate.ok("refresh", "--expect-no-changes");
		await gate.ok("up", "--expect-no-changes");

		// The next round of the attack does not even begin, and its stack still says what the last one came to.
		await attack.configure("round", "2");
		await attack.configure("url", "http://front.shop:8080/nothing");
		expect((await attack.run("up")).status).not.toBe(0);
		await gate.configure("version", "2");
		const stale = await gate.run("up");
		expect(stale.status).not.toBe(0);
		expect(stale.output.replaceAll(/\s+/g, " ")).toMatch(
			/Probe "default\/attack-passed-[0-9a-f]{8}" does not pass: .*the field status\.verdict/,
		);
		expect(await released()).toBe("1");
	} finally {
		await gate.ok("destroy");
		await attack.ok("destroy");
		gate.dispose();
		attack.dispose();
	}
	expect(tablesLeft()).toEqual([]);
});
