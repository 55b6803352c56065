import { request } from "node:https";
import { afterEach, expect, it } from "vitest";
import { createLog } from "../../../api/log.ts";
import { Admission } from "../../../controller/admission/admission.ts";
import { ApiError } from "../../../controller/api-server.ts";
import { createAuthority, issue } from "../../../controller/certificates.ts";
import { networkChaos } from "../../../faults/network/spec.ts";
import { partition } from "./kinds.ts";
import { review } from "./review.ts";

const name = "pulumi-chaos-controller.chaos.svc";

/** An API server without webhook configurations, in which everybody may do everything. */
const server = {
	failure: undefined as Error | undefined,
	async get(): Promise<never> {
		throw this.failure ?? new ApiError(404, "not found");
	},
	post: async <T>() => ({ status: { allowed: true } }) as T,
	patch: async <T>() => ({}) as T,
};

const open: Admission[] = [];
afterEach(async () => {
	server.failure = undefined;
	for (const admission of open.splice(0)) await admission.close();
});

async function listening() {
	const rails = { inForce: [{ title: "R", spec: { maxDuration: "15m" } }], synced: true };
	const log = createLog("error", () => undefined);
	const admission = new Admission({ server, kinds: [networkChaos], rails, defaultDurationMs: 900_000, log });
	open.push(admission);
	const port = await admission.listen(0);
	const authority = await createAuthority();
	const material = { ca: authority.cert, ...(await issue(authority, { name, usage: "server" })) };
	const call = (path: string, body: object): Promise<object> =>
		new Promise((resolve, reject) => {
			const options = {
				host: "127.0.0.1",
				port,
				path,
				method: "POST",
				ca: material.ca,
				servername: name,
				agent: false,
			};
			const sent = request(options, async (response) => {
				let text = "";
				for await (const part of response.setEncoding("utf8")) text += part;
				resolve((JSON.parse(text) as { response: object }).response);
			});
			sent.on("error", reject);
			sent.end(JSON.stringify(body));
		});
	return { admission, material, call };
}

it("serves nobody before it has a certificate, and is not ready", async () => {
	const { admission, material, call } = await listening();
	expect(admission.missing).toBe("the webhooks have no certificate yet");
	await expect(call("/mutate", {})).rejects.toThrow();
	await admission.certify(material);
	expect(admission.missing).toBeUndefined();
	expect(await call("/mutate", review("NetworkChaos", partition({ direction: "to" })))).toMatchObject({
		allowed: true,
		patch: expect.any(String),
	});
});

it("does not serve with a certificate whose authority the API server can't be told of", async () => {
	const { admission, material } = await listening();
	server.failure = new Error("no answer");
	await expect(admission.certify(material)).rejects.toThrow("no answer");
	expect(admission.missing).toBe("the webhooks have no certificate yet");
});

it("fills in defaults at one path and checks at the other", async () => {
	const { admission, material, call } = await listening();
	await admission.certify(material);
	const wrong = review("NetworkChaos", partition({ direction: "up" }));
	expect(await call("/mutate", wrong)).toMatchObject({ allowed: true });
	expect(await call("/validate", wrong)).toMatchObject({ allowed: false, status: { code: 422 } });
	expect(await call("/validate", review("NetworkChaos", partition()))).toEqual({ uid: "0123", allowed: true });
	expect(await call("/validate", review("NetworkChaos", partition({ duration: "1h" })))).toMatchObject({
		allowed: false,
		status: { code: 422, message: 'spec.duration: "1h" is longer than "15m"; use at most "15m" (maxDuration of R)' },
	});
});

it.each(["/mutate", "/validate"])("refuses a kind that it does not know: %s", async (path) => {
	const { admission, material, call } = await listening();
	await admission.certify(material);
	expect(await call(path, review("KernelChaos", {}))).toMatchObject({
		allowed: false,
		status: { code: 422, message: 'this controller does not know the kind "KernelChaos"; its version is too old' },
	});
});
