import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { expect } from "vitest";
import { webhookServerName } from "../../api/webhook.ts";
import type { Lifetimes } from "../../controller/certificates.ts";
import { Stage } from "./stage.ts";
import { bundleOf, installWebhooks, tryPartition } from "./webhooks.ts";

/**
 * Has the webhooks called several times a second, by the API server and over connections of our own, until three certificates have
 * followed the first and one authority the other. Throws at the first call that fails.
 */
export async function callThroughRenewals(lifetimes: Lifetimes): Promise<void> {
	const stage = new Stage(lifetimes);
	const certificates = new Set<string>();
	const authorities = new Set<string>();
	try {
		await stage.open(0);
		await installWebhooks(stage);
		while (certificates.size < 4 || authorities.size < 2) {
			await tryPartition(stage);
			const { fingerprint256, issuerCertificate } = await call(stage);
			certificates.add(fingerprint256);
			authorities.add(issuerCertificate.fingerprint256);
			await sleep(100);
		}
		expect((await stage.readiness()).status).toBe(200);
	} catch (error) {
		console.error(stage.log.slice(-20).join(""));
		throw error;
	} finally {
		await stage.close();
	}
}

/** Calls a webhook as an API server that has no connection yet; returns the certificate that it was shown, and believed. */
async function call(stage: Stage): Promise<ReturnType<typeof certificateOf>> {
	const options = {
		host: "127.0.0.1",
		port: stage.ports.webhook,
		path: "/validate",
		method: "POST",
		agent: false,
		ca: await bundleOf(stage),
		servername: webhookServerName(stage.system),
	};
	return new Promise((resolve, reject) => {
		const sent = request(options, (response) => {
			const certificate = certificateOf(response.socket as TLSSocket);
			response.resume().on("end", () => {
				// No review: the connection was what mattered.
				if (response.statusCode === 400) resolve(certificate);
				else reject(new Error(`status ${response.statusCode}`));
			});
		});
		sent.on("error", reject);
		sent.end("{}");
	});
}

function certificateOf(socket: TLSSocket) {
	return socket.getPeerCertificate(true);
}
