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
	{ what: "one label instead of all", program: cut('selector: { labelSelectors: ["app"] },'), named: "string" },
];

/** A PodChaos with a mistake in the last line. */
function pod(...lines: string[]): string {
	return `new chaos.PodChaos("x", {\n\tmode: "all",\n\tselector: {},\n\t${lines.join("\n\t")} // wrong\n});`;
}

/** A NetworkChaos with a mistake in one line. */
function cut(line: string): string {
	const [name] = line.split(":");
	const right = ['action: "partition",', 'mode: "all",', "selector: {},"].filter((one) => !one.startsWith(`${name}:`));
	return `new chaos.NetworkChaos("x", {\n\t${right.join("\n\t")}\n\t${line} // wrong\n});`;
}
