import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a server, and breaks what is between them when a test says so. */
export class TcpProxy {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	/** While true, new connections are refused at once, as by a server that is down. */
	down = false;

	private constructor(host: string, port: number) {
		this.#server = createServer((client) => {
			if (this.down) {
				client.resetAndDestroy();
				return;
			}
			const upstream = connect(port, host);
			for (const [one, other] of [
				[client, upstream],
				[upstream, client],
			] as const) {
				this.#sockets.add(one);
				one.on("error", () => other.destroy());
				one.on("close", () => {
					this.#sockets.delete(one);
					other.destroy();
				});
			}
			client.pipe(upstream).pipe(client);
		});
	}

	/** Listens on a free port of loopback. */
	static async start(host: string, port: number): Promise<TcpProxy> {
		const proxy = new TcpProxy(host, port);
		await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
		return proxy;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Breaks all connections. */
	cut(): void {
		for (const socket of this.#sockets) socket.destroy();
	}

	async stop(): Promise<void> {
		this.down = true;
		this.cut();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}
