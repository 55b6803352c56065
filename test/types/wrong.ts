/** A program that must not compile. */
export interface Wrong {
	what: string;
	/** The line with the mistake ends with `// wrong`. */
	program: string;
	/** What the compiler's message names. */
	named: string;
}

/** Mistakes that the types of the arguments catch. */
export const wrong: readonly Wrong[] = [
	{ what: "an unknown action", program: pod('action: "pod-kil",'), named: '"pod-kil"' },
	{ what: "an output as action", program: pod('action: pulumi.output("pod-kill" as const),'), named: "Output<" },
	{ what: "no action", program: 'new chaos.PodChaos("x", { mode: "all", selector: {} }); // wrong', named: "action" },
	{
		what: "no selector",
		program: 'new chaos.PodChaos("x", { action: "pod-kill", mode: "all" }); // wrong',
		named: "selector",
	},
	{
		what: "a missing field that the action needs",
		program: 'new chaos.PodChaos("x", { action: "container-kill", mode: "all", selector: {} }); // wrong',
		named: "containerNames",
	},
	{
		what: "a field of another action",
		program: pod('action: "pod-failure",', "gracePeriod: 5,"),
		named: "gracePeriod",
	},
	{
		what: "an import of what is taken over by adopt",
		program:
			'new chaos.PodChaos("x", { action: "pod-failure", mode: "all", selector: {} }, { import: "default/x" }); // wrong',
		named: "import",
	},
	{ what: "an unknown field", program: cut('duraton: "5m",'), named: "duraton" },
	{ what: "a field that can't be used", program: cut('remoteCluster: "other",'), named: "remoteCluster" },
	{
		what: "a misspelt field of the selector",
		program: cut("selector: { labelSelector: {} },"),
		named: "labelSelector",
	},
	{
		what: "a misspelt field of the other side's selector",
		program: cut('target: { mode: "all", selector: { namespace: ["shop"] } },'),
		named: "namespace",
	},
	{ what: "an unknown mode", program: cut('mode: "some",'), named: '"some"' },
	{ what: "an unknown mode in an output", program: cut('mode: pulumi.output("some"),'), named: '"some"' },
	{ what: "an unknown phase", program: cut('selector: { podPhaseSelectors: ["Runing"] },'), named: '"Runing"' },
	{ what: "a duration without a unit", program: cut('duration: "10",'), named: '"10"' },
	{ what: "a duration in words", program: cut('duration: "5 minutes",'), named: '"5 minutes"' },
	{ what: "a duration as a number", program: cut("duration: 10,"), named: "number" },
	{ what: "a text that nobody knows as a duration", program: cut("duration: String(pulumi),"), named: "string" },
	{ what: "a timeout in words", program: cut('timeout: "soon",'), named: '"soon"' },
	{ what: "a latency without a unit", program: shape("delay", 'delay: { latency: "10" },'), named: '"10"' },
	{
		what: "a jitter in words",
		program: shape("delay", 'delay: { latency: "10ms", jitter: "a bit" },'),
		named: '"a bit"',
	},
	{ what: "no latency", program: shape("delay", 'delay: { jitter: "1ms" },'), named: "latency" },
	{ what: "a loss as a number", program: shape("loss", "loss: { loss: 25 },"), named: "number" },
	{ what: "a loss with a sign of percent", program: shape("loss", 'loss: { loss: "25%" },'), named: '"25%"' },
	{ what: "a rate without a unit", program: shape("rate", 'rate: { rate: "10" },'), named: '"10"' },
	{ what: "a rate in a wrong unit", program: shape("rate", 'rate: { rate: "10 miles" },'), named: '"10 miles"' },
	{ what: "a limit as a rate", program: shape("bandwidth", bucket("limit")), named: "number" },
	{
		what: "the payload of another action",
		program: shape("rate", 'rate: { rate: "1mbit" }, loss: {},'),
		named: "loss",
	},
	{
		what: "an unknown clock",
		program: of("TimeChaos", 'timeOffset: "-5m", clockIds: ["CLOCK_REAL"],'),
		named: '"CLOCK_REAL"',
	},
	{ what: "an offset without a unit", program: of("TimeChaos", 'timeOffset: "-5",'), named: '"-5"' },
	{
		what: "an error by its name",
		program: of("IOChaos", 'action: "fault", volumePath: "/data", errno: "EIO",'),
		named: "string",
	},
	{
		what: "an error that Linux does not have",
		program: of("IOChaos", 'action: "fault", volumePath: "/data", errno: 134,'),
		named: "134",
	},
	{
		what: "an unknown operation on files",
		program: of("IOChaos", 'action: "fault", volumePath: "/data", errno: 5, methods: ["reed"],'),
		named: '"reed"',
	},
	{
		what: "memory in a wrong unit",
		program: of("StressChaos", 'stressors: { memory: { workers: 1, size: "256 pages" } },'),
		named: '"256 pages"',
	},
	{
		what: "a code of requests",
		program: of("HTTPChaos", 'port: 80, target: "Request", code: 500,'),
		named: "code",
	},
	{
		what: "a schedule without what it makes",
		program: 'new chaos.Schedule("x", { schedule: "@daily", type: "PodChaos" }); // wrong',
		named: "podChaos",
	},
	{
		what: "a wrong fault in a schedule",
		program: `new chaos.Schedule("x", {
			schedule: "@daily",
			type: "PodChaos",
			podChaos: { mode: "all", selector: {}, action: "pod-kil" }, // wrong
		});`,
		named: '"pod-kil"',
	},
	{
		what: "a schedule that is no cron expression",
		program: `new chaos.Schedule("x", {
			type: "PodChaos",
			podChaos: { mode: "all", selector: {}, action: "pod-kill" },
			schedule: "every day", // wrong
		});`,
		named: '"every day"',
	},
	{
		what: "a step of a workflow with the work of another",
		program: `new chaos.Workflow("x", {
			entry: "a",
			templates: [{ name: "a", templateType: "Suspend", deadline: "5m", children: ["b"] }], // wrong
		});`,
		named: "children",
	},
	{ what: "one label instead of all", program: cut('selector: { labelSelectors: ["app"] },'), named: "string" },
];

/** An experiment of a kind with a mistake in the last line. */
function of(kind: string, ...lines: string[]): string {
	return `new chaos.${kind}("x", {\n\tmode: "all",\n\tselector: {},\n\t${lines.join("\n\t")} // wrong\n});`;
}

/** A PodChaos with a mistake in the last line. */
function pod(...lines: string[]): string {
	return of("PodChaos", ...lines);
}

/** A NetworkChaos that changes how packets travel, with a mistake in the last line. */
function shape(action: string, line: string): string {
	return of("NetworkChaos", `action: "${action}",`, line);
}

/** The payload of `bandwidth` with a text for a number. */
function bucket(wrong: string): string {
	const fields = { rate: '"1mbit"', limit: "1000", buffer: "1000", [wrong]: '"1mbit"' };
	const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
	return `bandwidth: { ${text.join(", ")} },`;
}

/** A NetworkChaos with a mistake in one line. */
function cut(line: string): string {
	const [name] = line.split(":");
	const right = ['action: "partition",', 'mode: "all",', "selector: {},"].filter((one) => !one.startsWith(`${name}:`));
	return `new chaos.NetworkChaos("x", {\n\t${right.join("\n\t")}\n\t${line} // wrong\n});`;
}
