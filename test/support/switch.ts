import { Pod } from "./pod.ts";

/** A network that any number of pods are attached to, as a node's bridge is. Needs root. */
export class Switch {
	readonly #home: Pod;
	#ports = 0;

	private constructor(home: Pod) {
		this.#home = home;
	}

	static async start(): Promise<Switch> {
		const home = await Pod.start("switch");
		home.run("ip", "link", "add", "bridge", "type", "bridge");
		home.run("ip", "link", "set", "bridge", "up");
		return new Switch(home);
	}

	/** Starts a pod with a device `eth0` that has these addresses. */
	async attach(name: string, addresses: string[]): Promise<Pod> {
		const pod = await Pod.start(name);
		const port = `port${++this.#ports}`;
		const prefixed = addresses.map((address) => `${address}/${address.includes(":") ? 64 : 24}`);
		pod.link(this.#home, "eth0", prefixed, []);
		this.#home.run("ip", "link", "set", "eth0", "down");
		this.#home.run("ip", "link", "set", "eth0", "name", port);
		this.#home.run("ip", "link", "set", port, "master", "bridge", "up");
		return pod;
	}

	stop(): Promise<void> {
		return this.#home.stop();
	}
}
