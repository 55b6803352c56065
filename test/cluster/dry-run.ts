import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";

/** What the API server says to a request. */
export interface Verdict {
	readonly status: number;
	/** The `Warning` header. */
	readonly warning: string | undefined;
	/** The server's own sentence, of a request that it refuses. */
	readonly message: string;
}

/** Asks the API server what it would do, a few requests at once. */
export class DryRun {
	readonly #config = new KubeConfig();
	readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

	constructor() {
		this.#config.loadFromFile(kubeconfigPath());
	}

	/** Would this object be created? Unknown fields are refused. */
	create(path: string, body: object): Promise<Verdict> {
		return this.#send("POST", `${path}?dryRun=All&fieldValidation=Strict`, body, "application/json");
	}

	/** Would this object be applied, whether it is there or not? */
	apply(path: string, body: object): Promise<Verdict> {
		const query = "dryRun=All&fieldValidation=Strict&fieldManager=dry-run&force=true";
		return this.#send("PATCH", `${path}?${query}`, body, "application/apply-patch+yaml");
	}

	/** Deletes, for good; what is not there is deleted already. */
	async delete(path: string): Promise<void> {
		const { status, message } = await this.#send("DELETE", path, {}, "application/json");
		if (status >= 300 && status !== 404) throw new Error(`DELETE ${path}: ${message}`);
	}

	close(): void {
		this.#agent.destroy();
	}

	async #send(method: string, path: string, body: object, type: string): Promise<Verdict> {
		const credentials: RequestOptions = {};
		await this.#config.applyToHTTPSOptions(credentials as Parameters<KubeConfig["applyToHTTPSOptions"]>[0]);
		const text = JSON.stringify(body);
		const headers = {
			...(credentials.headers as Record<string, string>),
			"content-type": type,
			"content-length": Buffer.byteLength(text),
		};
		const url = `${this.#config.getCurrentCluster()?.server}${path}`;
		const options = { ...credentials, method, headers, agent: this.#agent };
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			request(url, options, resolve).on("error", reject).end(text);
		});
		const { statusCode: status = 0 } = response;
		const said = await read(response);
		const message = status < 300 ? "" : (JSON.parse(said) as { message: string }).message;
		return { status, warning: response.headers["warning"] as string | undefined, message };
	}
}

async function read(response: IncomingMessage): Promise<string> {
	let text = "";
	response.setEncoding("utf8");
	for await (const part of response) text += part;
	return text;
}
