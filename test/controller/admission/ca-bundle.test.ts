import { expect, it } from "vitest";
import { createLog } from "../../../api/log.ts";
import { CaBundle } from "../../../controller/admission/ca-bundle.ts";
import { ApiError } from "../../../controller/api-server.ts";
import { createAuthority } from "../../../controller/certificates.ts";

interface Step {
	op: string;
	path: string;
	value: string;
}

/** Webhook configurations of an API server, in memory: bundles by the name of the resource. */
class Configurations {
	readonly bundles = new Map([
		["mutatingwebhookconfigurations", ""],
		["validatingwebhookconfigurations", ""],
	]);
	patches = 0;
	failure: ApiError | undefined;

	async get<T>(path: string): Promise<T> {
		const bundle = this.bundles.get(this.#resource(path));
		if (bundle === undefined) throw new ApiError(404, "not found");
		const clientConfig = { service: {}, ...(bundle && { caBundle: Buffer.from(bundle).toString("base64") }) };
		return { webhooks: [{ name: "x", clientConfig }] } as T;
	}

	async patch<T>(path: string, body: unknown, type?: string): Promise<T> {
		if (this.failure) throw this.failure;
		expect(type).toBe("application/json-patch+json");
		const [test, add] = body as [Step, Step];
		expect(test).toEqual({ op: "test", path: "/webhooks/0/name", value: "x" });
		expect(add).toMatchObject({ op: "add", path: "/webhooks/0/clientConfig/caBundle" });
		this.bundles.set(this.#resource(path), Buffer.from(add.value, "base64").toString());
		this.patches++;
		return {} as T;
	}

	#resource(path: string): string {
		expect(path).toMatch(/^\/apis\/admissionregistration\.k8s\.io\/v1\/[a-z]+\/pulumi-chaos$/);
		return path.split("/").at(-2) ?? "";
	}
}

function world() {
	const configurations = new Configurations();
	const logged: string[] = [];
	const log = createLog("debug", (line) => logged.push(line));
	return { configurations, logged, bundle: new CaBundle(configurations, log) };
}

it("is put into both configurations, once", async () => {
	const { configurations, bundle } = world();
	const { cert } = await createAuthority();
	expect(bundle.missing).toBe("the webhook configurations are not looked at yet");
	await bundle.ensure(cert);
	await bundle.ensure(cert);
	expect([...configurations.bundles.values()]).toEqual([cert, cert]);
	expect(configurations.patches).toBe(2);
	expect(bundle.missing).toBeUndefined();
});

it("is put back when somebody has taken it out, and grows when there is a new authority", async () => {
	const { configurations, bundle } = world();
	const [one, other] = [await createAuthority(), await createAuthority()];
	await bundle.ensure(one.cert);
	configurations.bundles.set("mutatingwebhookconfigurations", "");
	await bundle.ensure(one.cert);
	const both = `${one.cert}\n${other.cert}`;
	await bundle.ensure(both);
	expect([...configurations.bundles.values()]).toEqual([both, both]);
	expect(configurations.patches).toBe(5);
});

it("is left alone when it holds more: another controller knows of a newer authority", async () => {
	const { configurations, bundle } = world();
	const [one, other] = [await createAuthority(), await createAuthority()];
	await bundle.ensure(`${other.cert}\n\n${one.cert}`);
	await bundle.ensure(one.cert);
	expect(configurations.patches).toBe(2);
});

it("is not waited for where there are no configurations, which is said once", async () => {
	const { configurations, bundle, logged } = world();
	configurations.bundles.clear();
	const { cert } = await createAuthority();
	await bundle.ensure(cert);
	await bundle.ensure(cert);
	expect(bundle.missing).toBeUndefined();
	expect(logged).toHaveLength(1);
	expect(logged[0]).toContain("there are no webhook configurations");
	// They come after the controller, whose pod Pulumi waits for.
	configurations.bundles.set("mutatingwebhookconfigurations", "").set("validatingwebhookconfigurations", "");
	await bundle.ensure(cert);
	expect([...configurations.bundles.values()]).toEqual([cert, cert]);
});

it("is missing while it can't be written", async () => {
	const { configurations, bundle } = world();
	configurations.failure = new ApiError(500, "no");
	const { cert } = await createAuthority();
	await expect(bundle.ensure(cert)).rejects.toThrow("no");
	expect(bundle.missing).toBe("the webhook configurations do not name our authority yet");
	configurations.failure = undefined;
	await bundle.ensure(cert);
	expect(bundle.missing).toBeUndefined();
});
