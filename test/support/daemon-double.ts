import {
	createSecureServer,
	type Http2SecureServer,
	type ServerHttp2Session,
	type ServerHttp2Stream,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import {
	controllerClientName,
	daemonPaths,
	daemonPort,
	type InjectItem,
	type InjectionState,
	type InjectRequest,
	type LeaseRequest,
	type RecoverRequest,
} from "../../api/daemon-api.ts";

/** Server certificate and the authority whose clients are let in; PEM. */
export interface DoubleTls {
	ca: string;
	cert: string;
	key: string;
}

/** A call that a double has had. */
export interface Call {
	path: string;
	ids: string[];
	epoch: number;
}

/**
 * A daemon without a node behind it: the real protocol (HTTP/2, mTLS, batches, watch stream) over faults that are entries of a
 * map. Tests say what becomes of them.
 */
export class DaemonDouble {
	/** What is in place, by id. */
	readonly held = new Map<string, InjectItem>();
	/** All calls, oldest first. */
	readonly calls: Call[] = [];
	/** Ids that were put in place, once for each time; what was in place already is only confirmed. */
	readonly injected: string[] = [];
	/** The latest leader that has called; calls of earlier ones are refused. */
	epoch = 0;
	/** How long all faults may stay, as renewals of the lease have said, oldest first. */
	readonly leases: number[] = [];
	/** What inject answers for an item; default: injected. */
	onInject: (item: InjectItem) => Omit<InjectionState, "id" | "experiment"> = () => ({ status: "injected" });
	/** What recover answers for an id; default: recovered. */
	onRecover: (id: string) => Omit<InjectionState, "id" | "experiment"> = () => ({ status: "recovered" });
	/** Calls wait for this before they are answered. */
	gate: Promise<void> = Promise.resolve();
	readonly #server: Http2SecureServer;
	readonly #lapsed = new Map<string, InjectionState>();
	readonly #watchers = new Set<ServerHttp2Stream>();
	readonly #sessions = new Set<ServerHttp2Session>();

	private constructor(tls: DoubleTls) {
		this.#server = createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" });
		this.#server.on("session", (session) => {
			this.#sessions.add(session);
			session.on("close", () => this.#sessions.delete(session));
			session.on("error", () => undefined);
		});
		this.#server.on("sessionError", () => undefined);
		this.#server.on("stream", (stream, headers) => {
			stream.on("error", () => undefined);
			this.#answer(stream, String(headers[":path"])).catch(() => stream.close());
		});
	}

	/** Listens on an address of the loopback network, one an imagined node. */
	static async start(address: string, tls: DoubleTls, port: number = daemonPort): Promise<DaemonDouble> {
		const double = new DaemonDouble(tls);
		await new Promise<void>((resolve, reject) => {
			double.#server.once("error", reject);
			double.#server.listen(port, address, resolve);
		});
		return double;
	}

	/** Ids that calls to a path were about, in order. */
	ids(path: string): string[] {
		return this.calls.filter((call) => call.path === path).flatMap(({ ids }) => ids);
	}

	/** Sends a line to all watchers. */
	say(state: InjectionState): void {
		for (const watcher of this.#watchers) watcher.write(`${JSON.stringify(state)}\n`);
	}

	/** Somebody undoes a fault behind the daemon's back; it notices. */
	lose(id: string, message = "its rules are gone"): void {
		const item = this.held.get(id);
		if (!item) throw new Error(`the double does not hold ${id}`);
		this.say({ id, experiment: item.experiment, status: "lost", message });
	}

	/** The lease of the node is over: it takes out all faults, and tells so until they are asked for again. */
	lapse(): void {
		for (const [id, { experiment }] of this.held) {
			const state = { id, experiment, status: "lease expired", message: "its lease is over" } as const;
			this.#lapsed.set(id, state);
			this.say(state);
		}
		this.held.clear();
	}

	/** Breaks all connections. */
	disconnect(): void {
		for (const session of this.#sessions) session.destroy();
	}

	async stop(): Promise<void> {
		this.disconnect();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async #answer(stream: ServerHttp2Stream, path: string): Promise<void> {
		const names = (stream.session?.socket as TLSSocket | undefined)?.getPeerCertificate().subjectaltname;
		if (names !== `DNS:${controllerClientName}`) {
			stream.respond({ ":status": 403 });
			stream.end(JSON.stringify({ error: `${names} may not call` }));
			return;
		}
		if (path === daemonPaths.watch) return this.#watch(stream);
		let body = "";
		for await (const chunk of stream.setEncoding("utf8")) body += chunk;
		const request = JSON.parse(body) as InjectRequest | RecoverRequest | LeaseRequest;
		if (request.epoch < this.epoch) {
			stream.respond({ ":status": 409 });
			stream.end(JSON.stringify({ error: `epoch ${this.epoch} has called since`, epoch: this.epoch }));
			return;
		}
		this.epoch = request.epoch;
		if ("leaseMs" in request) this.leases.push(request.leaseMs);
		stream.respond({ ":status": 200 });
		stream.end(JSON.stringify(await this.#done(path, request)));
	}

	async #done(path: string, request: InjectRequest | RecoverRequest | LeaseRequest): Promise<object> {
		if (path === daemonPaths.lease) return {};
		const ids = "items" in request ? request.items.map(({ id }) => id) : "ids" in request ? request.ids : [];
		this.calls.push({ path, ids, epoch: request.epoch });
		await this.gate;
		const before = new Set(this.held.keys());
		const results = "items" in request ? request.items.map((item) => this.#inject(item)) : this.#recover(ids);
		// As the daemon does: whoever else watches hears of it before the caller has the answer.
		for (const state of results) if (this.held.has(state.id) !== before.has(state.id)) this.say(state);
		return { results };
	}

	#inject(item: InjectItem): InjectionState {
		const answer = this.onInject(item);
		this.#lapsed.delete(item.id);
		if (answer.status === "injected") {
			if (!this.held.has(item.id)) this.injected.push(item.id);
			this.held.set(item.id, item);
		}
		return { id: item.id, experiment: item.experiment, ...answer };
	}

	#recover(ids: string[]): InjectionState[] {
		return ids.map((id) => {
			const answer = this.onRecover(id);
			const experiment = this.held.get(id)?.experiment ?? "";
			this.#lapsed.delete(id);
			if (answer.status === "recovered") this.held.delete(id);
			return { id, experiment, ...answer };
		});
	}

	#watch(stream: ServerHttp2Stream): void {
		stream.respond({ ":status": 200 });
		for (const { id, experiment } of this.held.values()) {
			stream.write(`${JSON.stringify({ id, experiment, status: "injected" })}\n`);
		}
		for (const state of this.#lapsed.values()) stream.write(`${JSON.stringify(state)}\n`);
		stream.write(`${JSON.stringify({ synced: true })}\n`);
		this.#watchers.add(stream);
		stream.resume();
		const beat = setInterval(() => stream.write("\n"), 5000);
		stream.on("close", () => {
			clearInterval(beat);
			this.#watchers.delete(stream);
		});
	}
}
