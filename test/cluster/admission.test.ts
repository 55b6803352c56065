import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cleanFinalizerAnnotation, finalizer, group, pauseAnnotation } from "../../api/names.ts";
import { authorized, wantedOf } from "../../controller/admission/authorization.ts";
import { rightsFor } from "../../controller/admission/reach.ts";
import type { ApiServer } from "../../controller/api-server.ts";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { schedule } from "../../orchestration/schedule.ts";
import { eventually } from "../support/kubernetes.ts";
import { Stage } from "./stage.ts";
import { asUser, installWebhooks, redirectWebhooks, tryPartition } from "./webhooks.ts";

const stage = new Stage();
const other = `other-${stage.suffix}`;
const user = `user-${stage.suffix}`;
let asThem: ApiServer;

beforeAll(async () => {
	await stage.open(1);
	await installWebhooks(stage);
	await stage.createNamespace(other);
	await allow(stage.shop, "networkchaos");
	asThem = asUser(user);
});
afterAll(async () => {
	asThem.close();
	await stage.close();
});
afterEach(({ task }) => {
	if (task.result?.state === "fail") console.error(stage.log.slice(-20).join(""));
});

/** Lets the user create objects of a kind in a namespace. */
async function allow(namespace: string, resource: string): Promise<void> {
	const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
	const metadata = { name: `${user}-${resource}` };
	await stage.make(`${rbac}/roles`, {
		metadata,
		rules: [{ apiGroups: [group], resources: [resource], verbs: ["create"] }],
	});
	const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", ...metadata };
	await stage.make(`${rbac}/rolebindings`, { metadata, roleRef, subjects: [{ kind: "User", name: user }] });
}

describe("what is created", () => {
	it("is ready to be asked for once the bundle is in place", async () => {
		expect((await stage.readiness()).status).toBe(200);
	});

	it("has the defaults that no CRD can give", async () => {
		const target = { mode: "all" as const, selector: { namespaces: [], labelSelectors: { app: "x" } } };
		const { spec } = await tryPartition(stage, { target, device: "eth0@if12", targetDevice: "eth1@if13" });
		expect(spec).toEqual({
			action: "partition",
			mode: "all",
			direction: "to",
			selector: { namespaces: [stage.shop], labelSelectors: { app: "none" } },
			target: { ...target, selector: { ...target.selector, namespaces: [stage.shop] } },
			device: "eth0",
			targetDevice: "eth1",
		});
	});

	it("is refused with all that is wrong with it, also what a CRD can't say", async () => {
		const wrong = { [`${"a".repeat(254)}/x`]: "x" };
		const refused = tryPartition(stage, { selector: { labelSelectors: wrong, annotationSelectors: wrong } });
		await expect(refused).rejects.toThrow(
			new RegExp(
				'admission webhook "validate.pulumi-chaos.io" denied the request: ' +
					'spec.selector.labelSelectors\\["aaa.* is not the key of a label; .*\n' +
					'spec.selector.annotationSelectors\\["aaa.* is not the key of a label; .* \\(422\\)$',
			),
		);
	});
});

describe("a user with rights in one namespace", () => {
	const target = (selector: NetworkChaosSpec["selector"]) => ({ target: { mode: "all" as const, selector } });

	it.each<[string, () => Partial<NetworkChaosSpec>]>([
		["by default", () => ({})],
		["by its name", () => ({ selector: { namespaces: [stage.shop] }, ...target({ pods: { [stage.shop]: ["x"] } }) })],
	])("hits it %s", async (_, spec) => {
		await expect(tryPartition(stage, spec(), asThem)).resolves.toBeDefined();
	});

	it.each<[string, () => Partial<NetworkChaosSpec>]>([
		["spec.selector", () => ({ selector: { namespaces: [stage.shop, other] } })],
		["spec.selector", () => ({ selector: { pods: { [other]: ["x"] } } })],
		["spec.target.selector", () => target({ namespaces: [other] })],
		["spec.target.selector", () => target({ pods: { [stage.shop]: ["x"], [other]: ["x"] } })],
	])("can't hit another by %s (%#)", async (path, spec) => {
		const refused = tryPartition(stage, spec(), asThem);
		await expect(refused).rejects.toThrow(
			`${path}: user "${user}" may not create networkchaos.${group} in namespace "${other}", which this can hit; grant the ` +
				'verb "create" on that resource there, or leave the namespace out (403)',
		);
	});
});

describe("probes", () => {
	const exec = { name: "a", type: "command" as const, command: { pod: "x", command: ["true"] } };
	const object = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };

	it("do nothing for a user that the user may not do", async () => {
		const read = { name: "b", type: "object" as const, object };
		await expect(tryPartition(stage, { probes: [exec, read] }, asThem)).rejects.toThrow(
			new RegExp(
				`spec.probes\\[0\\].command: user "${user}" may not create pods/exec in namespace "${stage.shop}", where this probe runs ` +
					`a command; grant .*\n.*spec.probes\\[1\\].object: user "${user}" may not get deployments.apps in namespace`,
				"s",
			),
		);
		await expect(tryPartition(stage, { probes: [read] })).resolves.toBeDefined();
	});

	it("run no command and read nothing that the installation does not let the controller", async () => {
		const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", name: "x" };
		const read = { name: "b", type: "object" as const, object: role };
		await expect(tryPartition(stage, { probes: [exec] })).rejects.toThrow(
			"spec.probes[0].command: the controller may not create pods/exec",
		);
		await expect(tryPartition(stage, { probes: [read] })).rejects.toThrow(
			"spec.probes[0].object: the controller may not get roles.rbac.authorization.k8s.io",
		);
	});
});

describe("an object that holds experiments", () => {
	const partition = (...namespaces: string[]) => ({ networkChaos: { mode: "all", selector: { namespaces } } });
	/** What the rights in the cluster make of a Schedule in the namespace `shop` with this spec. */
	const asked = (spec: Record<string, unknown>) =>
		authorized(stage.server, { username: user }, rightsFor(schedule, spec, stage.shop, allKinds).map(wantedOf));

	it("needs the right on its own kind and on theirs, in every namespace", async () => {
		const lacking = (resource: string, namespace: string) =>
			expect.stringContaining(`"${user}" may not create ${resource}.${group} in namespace "${namespace}"`);
		expect(await asked(partition(stage.shop))).toMatchObject({ code: 403, message: lacking("schedules", stage.shop) });
		await allow(stage.shop, "schedules");
		await eventually("the new right counts", async () => (await asked(partition(stage.shop))).allowed);
		const verdict = await asked(partition(stage.shop, other));
		expect(verdict).toMatchObject({ code: 403, message: lacking("schedules", other) });
		expect(verdict).toMatchObject({ code: 403, message: lacking("networkchaos", other) });
		expect(await asked({ podChaos: {} })).toMatchObject({ code: 403, message: lacking("podchaos", stage.shop) });
	});
});

describe("with a controller that is dead", () => {
	const mark = { "example.com/mark": "x" };

	beforeAll(async () => {
		await stage.create("before", {});
		await stage.until("before", "Selected", "False");
		await stage.stopController();
	});

	it("nothing new comes", async () => {
		await expect(stage.create("refused", {})).rejects.toThrow(/failed calling webhook "mutate\.pulumi-chaos\.io"/);
		expect(await stage.read("refused")).toBeUndefined();
	});

	it.each([
		[
			"paused",
			(path: string) => stage.server.patch(path, { metadata: { annotations: { [pauseAnnotation]: "true" } } }),
		],
		["annotated", (path: string) => stage.server.patch(path, { metadata: { annotations: mark, labels: mark } })],
		["given a status", (path: string) => stage.server.patch(`${path}/status`, { status: { reinjected: "now" } })],
		["deleted", () => stage.delete("before")],
		["forced", () => stage.annotate("before", { [cleanFinalizerAnnotation]: "forced" })],
	])("what is there is %s", async (_, change) => {
		await change(stage.path("before"));
	});

	it("what is there keeps all that, and goes when its finalizer does", async () => {
		const { metadata, status } = (await stage.read("before")) ?? {};
		expect(metadata?.annotations).toMatchObject({ ...mark, [pauseAnnotation]: "true" });
		expect(metadata?.deletionTimestamp).toBeDefined();
		expect(status?.reinjected).toBe("now");
		expect(metadata?.finalizers).toEqual([finalizer]);
		await stage.server.patch(stage.path("before"), { metadata: { finalizers: null } });
		await stage.gone("before");
	});

	it("new ones come again as soon as one is back", async () => {
		await stage.startController();
		await redirectWebhooks(stage);
		const { metadata } = await stage.create("after", {});
		expect(metadata.uid).toBeDefined();
		await stage.until("after", "Selected", "False");
	});
});
