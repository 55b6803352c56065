import { expect, it } from "vitest";
import type { Field } from "../../api/field.ts";
import { allKinds } from "../../orchestration/kinds.ts";

/** What no CRD says and the webhook alone does, by grammar or field. One more needs a reason why no expression can say it. */
const webhookOnly = {
	JSON: "the grammar of JSON",
	"PodChaos.probes": "a list of objects with six variants, in every kind, costs more than the API server allows",
	"StressChaos.stressors.cpu": "which options there are, and which of them take a value",
	"StressChaos.stressors.memory": "which options there are, and which of them take a value",
	"Schedule.workflow": "the rules of all kinds in a list of steps cost more than the API server allows",
	Workflow: "the rules of all kinds in a list of steps cost more than the API server allows",
	"a cron expression": "the ranges of the fields, the duration after @every and the names of time zones",
	"a duration above zero": "more than the 292 years that the format holds",
	"a duration from 1ms to 1m": "the bounds",
	"a duration from 1s to 1h": "the bounds",
	"a duration of zero or more": "more than the 292 years that the format holds",
	"a host": "how an address is written",
	"a list of stressors that stress-ng may run": "which stressors and options there are, and which of them take a value",
	"a percentage": "the range of numbers with an exponent",
	"a regular expression": "how a regular expression is written",
	"a status code": "that a range goes from the lower to the higher",
	"an IP address, a CIDR or a full host name, with or without a port":
		"how an address is written, and how long a part of a name is",
	"an address of HTTP": "how host and port are written",
	"an amount of memory": "numbers with an exponent that are zero, or more than a 64-bit number of bytes",
	"an offset of time": "more than the 292 years that the format holds",
	"the key of a label": "the length of the prefix",
};

it("the webhook alone says no more than this", () => {
	const found = new Map<string, string>();
	for (const { kind, spec } of allKinds) collect(spec, kind, found);
	expect(Object.fromEntries([...found].toSorted())).toEqual(webhookOnly);
});

const seen = new Set<Field>();

function collect(field: Field, path: string, found: Map<string, string>): void {
	if (field.type === "string" && field.grammar?.inexact) found.set(field.grammar.name, field.grammar.inexact);
	if (field.type === "map") {
		if (field.keys?.inexact) found.set(field.keys.name, field.keys.inexact);
		collect(field.values, path, found);
	}
	if (field.type === "array") collect(field.items, path, found);
	// A kind that stands in others as well is told of once.
	if (field.type !== "object" || seen.has(field)) return;
	seen.add(field);
	if (field.withoutCel) found.set(path, field.withoutCel);
	for (const [name, child] of Object.entries(field.fields)) collect(child, `${path}.${name}`, found);
}
