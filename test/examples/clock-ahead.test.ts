import { expect, it } from "vitest";
import { execInPod } from "../../tools/lib/pod-exec.ts";
import { clients, runningPods } from "../support/kubernetes.ts";
import { sampleNamespace } from "../support/sample.ts";
import { exampleStack } from "./example.ts";

/** Hours by which each server of a role is ahead, by the date that it puts on its answers. */
async function hoursAhead(role: string): Promise<number[]> {
	const pods = await runningPods(sampleNamespace, `app=${role}`);
	const ask = 'fetch("http://localhost:8080/whoami").then(({ headers }) => console.log(headers.get("date")))';
	return Promise.all(
		pods.map(async ({ metadata, spec }) => {
			const place = { namespace: sampleNamespace, pod: metadata?.name ?? "" };
			const container = spec?.containers[0]?.name ?? "";
			const call = { ...place, container, command: ["node", "-e", ask], timeoutMs: 30_000 };
			const { stdout } = await execInPod(clients().config, call);
			return Math.round((Date.parse(stdout) - Date.now()) / 3_600_000) + 0;
		}),
	);
}

it("has one service live an hour ahead, is quiet, and gives it the right time back", async () => {
	const stack = await exampleStack("clock-ahead");
	try {
		await stack.ok("up");
		expect(await hoursAhead("back")).toEqual([1, 1, 1]);
		expect(await hoursAhead("front")).toEqual([0, 0, 0]);
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
	expect(await hoursAhead("back")).toEqual([0, 0, 0]);
});
