import type { Kind } from "../../api/kind.ts";
import type { Log } from "../../api/log.ts";
import { quote } from "../../api/problem.ts";
import { webhookPaths } from "../../api/webhook.ts";
import type { ApiServer } from "../api-server.ts";
import type { TlsMaterial } from "../daemon-client.ts";
import type { GuardRails } from "../guard-rails.ts";
import { CaBundle } from "./ca-bundle.ts";
import { defaulted } from "./defaulting.ts";
import type { AdmissionRequest, Verdict } from "./review.ts";
import { WebhookServer } from "./server.ts";
import { validated } from "./validation.ts";

/** What admission needs. */
export interface AdmissionOptions {
	/** Asked for the rights of users, and told whom to believe. */
	server: Pick<ApiServer, "get" | "post" | "patch">;
	/** Kinds whose objects are looked at. */
	kinds: readonly Kind[];
	rails: Pick<GuardRails, "inForce" | "synced">;
	/** How long an experiment without a duration runs, ms. */
	defaultDurationMs: number;
	log: Log;
}

/** The controller's webhooks: defaults and checks that no CRD can have, and whether a user may hit what an object hits. */
export class Admission {
	readonly #options: AdmissionOptions;
	readonly #server: WebhookServer;
	readonly #bundle: CaBundle;

	constructor(options: AdmissionOptions) {
		this.#options = options;
		this.#bundle = new CaBundle(options.server, options.log);
		this.#server = new WebhookServer(
			{
				[webhookPaths.mutate]: (request) => this.#withKind(request, (kind) => defaulted(kind, request)),
				[webhookPaths.validate]: (request) => this.#withKind(request, (kind) => validated(kind, request, options)),
			},
			options.log,
		);
	}

	/** Begins to listen; returns the port. Nobody gets through before the first `certify`. Throws when the port is taken. */
	listen(port: number): Promise<number> {
		return this.#server.listen(port);
	}

	/** Has the API server believe the certificate's authority, and then serves with it. Throws when it can't be told. */
	async certify(material: TlsMaterial): Promise<void> {
		await this.#bundle.ensure(material.ca);
		this.#server.certify(material);
	}

	/** How often to call `certify` although nothing has changed, ms: others may have. */
	get periodMs(): number {
		return this.#bundle.periodMs;
	}

	/** What is missing before objects can be admitted; undefined: nothing. */
	get missing(): string | undefined {
		return this.#server.serves ? this.#bundle.missing : "the webhooks have no certificate yet";
	}

	/** Ends. */
	close(): Promise<void> {
		return this.#server.close();
	}

	#withKind(request: AdmissionRequest, decide: (kind: Kind) => Verdict | Promise<Verdict>): Verdict | Promise<Verdict> {
		const kind = this.#options.kinds.find((one) => one.kind === request.kind);
		if (kind) return decide(kind);
		const message = `this controller does not know the kind ${quote(request.kind)}; its version is too old`;
		return { allowed: false, code: 422, reason: "Invalid", message };
	}
}
