import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../support/kubernetes.ts";
import { scrape } from "../support/metrics.ts";
import { Stage } from "./stage.ts";

const stage = new Stage();
const prefix = "pulumi_chaos_controller";
const labels = (operation: string, outcome: string) =>
	`${prefix}_target_steps_total{kind="NetworkChaos",operation="${operation}",outcome="${outcome}"}`;
const calls = (operation: string) => `${prefix}_node_call_seconds_count{kind="NetworkChaos",operation="${operation}"}`;

beforeAll(() => stage.open(2));
afterAll(() => stage.close());

const metrics = () => scrape(stage.ports.health);

it("tell of an experiment: none of it before, its targets while it runs, and each step once it is over", async () => {
	for (const node of [1, 2]) await stage.runPod(stage.shop, `web-${node}`, { app: "measured" }, node);
	await eventually("all links are up", async () => (await metrics())[`${prefix}_daemon_links{state="synced"}`] === 2);
	const before = await metrics();
	const written = (samples: Record<string, number>) =>
		samples[`${prefix}_api_requests_total{method="PUT",status="200"}`];
	expect(before[labels("inject", "injected")]).toBeUndefined();

	await stage.create("measured", {});
	await stage.until("measured", "AllInjected", "True");
	const during = await metrics();
	expect(during).toMatchObject({
		[labels("inject", "injected")]: 2,
		[calls("inject")]: 2,
		[`${prefix}_targets{kind="NetworkChaos",phase="Injected"}`]: 2,
		[`${prefix}_experiments{kind="NetworkChaos",desired="Run"}`]: 1,
	});
	expect(written(during)).toBeGreaterThan(written(before) ?? 0);

	const [failing] = stage.daemon(1).held.keys();
	stage.daemon(1).onRecover = (id) => ({ status: id === failing ? "failed" : "recovered" });
	await stage.delete("measured");
	const astray = `${prefix}_targets_astray{kind="NetworkChaos",reason="RecoverFailed"}`;
	await eventually("the failure is counted", async () => (await metrics())[astray] === 1);
	stage.daemon(1).onRecover = () => ({ status: "recovered" });
	await stage.gone("measured");
	const after = await metrics();
	expect(after[labels("recover", "failed")]).toBeGreaterThanOrEqual(1);
	expect(after[labels("recover", "recovered")]).toBe(2);
	expect(after[astray]).toBeUndefined();
});
