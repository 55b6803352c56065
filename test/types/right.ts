/** Programs that must compile beside those with every field of every kind, by what they show. */
export const right: Readonly<Record<string, string>> = {
	"arguments that are made apart": `
		const args: chaos.PodChaosPodKillArgs = { action: "pod-kill", mode: "one", selector: {}, namespace: "shop" };
		const either: chaos.PodChaosArgs = args;
		new chaos.PodChaos("x", either);`,
	"arguments of one variant, shared by two experiments": `
		const fault = { action: "partition", mode: "all", selector: { namespaces: ["shop"] } } as const;
		new chaos.NetworkChaos("a", fault);
		new chaos.NetworkChaos("b", { ...fault, direction: "from" });`,
	"fields that may be undefined": `
		const length: chaos.Duration | undefined = undefined;
		new chaos.NetworkChaos("x", { action: "partition", mode: "all", selector: {}, duration: length, target: undefined });`,
	"texts of the configuration": `
		const config = new pulumi.Config();
		new chaos.NetworkChaos("x", {
			action: "partition",
			mode: config.require("mode"),
			selector: { namespaces: [config.require("namespace")] },
			duration: config.get("duration"),
			timeout: config.require("timeout"),
		});`,
	"texts that say what they are": `
		const computed = (): string => "5m";
		new chaos.NetworkChaos("a", { ...cut, duration: computed() as chaos.Duration });
		const output: pulumi.Output<string> = pulumi.interpolate\`\${5}m\`;
		new chaos.NetworkChaos("b", { ...cut, duration: output as pulumi.Output<chaos.Duration> });`,
	"common arguments": `
		new chaos.NetworkChaos("x", {
			...cut,
			namespace: pulumi.output("shop"),
			cluster: { kubeconfig: "~/.kube/config", context: "staging" },
			timeout: pulumi.output("90s" as const),
			paused: pulumi.output(true),
			triggers: ["1.2.0", 7, pulumi.output({ release: "x" })],
			adopt: true,
		}, { protect: true });`,
	"one fault of the network of each kind": `
		const everybody = { mode: "all", selector: {} } as const;
		new chaos.NetworkChaos("a", { ...everybody, action: "delay", delay: { latency: "100ms", jitter: "+5ms" } });
		new chaos.NetworkChaos("b", { ...everybody, action: "loss", loss: { loss: "12.5", correlation: pulumi.output("50") } });
		new chaos.NetworkChaos("c", { ...everybody, action: "rate", rate: { rate: "10Mbit" } });
		new chaos.NetworkChaos("d", { ...everybody, action: "netem", loss: { loss: "1" }, rate: { rate: "1 mbps" } });`,
	"clocks and errors that are made apart": `
		const clocks: chaos.TimeChaosClockId[] = ["CLOCK_REALTIME", "CLOCK_MONOTONIC"];
		const offset: chaos.TimeOffset = "-1h30m";
		new chaos.TimeChaos("x", { mode: "all", selector: {}, timeOffset: offset, clockIds: clocks });
		const methods: chaos.IOChaosMethod[] = ["read", "write"];
		const io = { mode: "one", selector: {}, volumePath: "/data", action: "fault", errno: 5 } as const;
		new chaos.IOChaos("x", { ...io, methods });
		const noSpace: chaos.Errno = 28;
		for (const errno of [1, 40, 99, 133, noSpace] as const) new chaos.IOChaos("x", { ...io, errno });`,
	durations: durations(["1h30m", "+5s", "90s", "1.5h", ".5s", "100ms", "1h2m3s4ms", "10us", "10µs", "1ns"]),
};

function durations(texts: readonly string[]): string {
	return texts.map((text) => `new chaos.NetworkChaos("x", { ...cut, duration: "${text}" });`).join("\n");
}
