import fc from "fast-check";
import { it } from "vitest";
import { probeTypes } from "../../../api/probe-types.ts";
import { whyNot } from "../../../controller/probes/compare.ts";
import { standingIn } from "../../../controller/probes/grpc.ts";
import { valueAt } from "../../../controller/probes/object.ts";
import { numberIn } from "../../../controller/probes/prometheus.ts";
import { Unwell } from "../../../controller/probes/unwell.ts";
import { always } from "../../support/properties.ts";
import { textsIn } from "../../support/specs.ts";

/** What a reader makes of it; what it throws must be meant for people. */
function read<T>(reader: () => T, meant: new (...args: never[]) => Error): T | undefined {
	try {
		return reader();
	} catch (error) {
		if (error instanceof meant && !(error instanceof TypeError) && !(error instanceof RangeError)) return undefined;
		throw error;
	}
}

const value = fc.oneof(fc.string(), fc.double(), fc.constantFrom("1", "NaN", "+Inf"), fc.jsonValue());
const answer = fc.oneof(
	fc.string(),
	fc.json(),
	fc
		.record({
			resultType: fc.constantFrom("scalar", "vector", "matrix", "string"),
			result: fc.oneof(fc.jsonValue(), fc.tuple(fc.integer(), value), fc.array(fc.record({ value: fc.array(value) }))),
		})
		.map((data) => JSON.stringify({ status: "success", data })),
);

it("an answer of Prometheus is one number as text, or said to be none", () => {
	always(answer, (body) => typeof (read(() => numberIn({ status: 200, body }), Error) ?? "") === "string");
});

it("an answer of gRPC is a standing, or said to be none", () => {
	always(fc.uint8Array({ maxLength: 20 }), (bytes) =>
		Number.isInteger(read(() => standingIn(Buffer.from(bytes)), Unwell) ?? 0),
	);
});

it("a path leads to something in an object, or to nothing", () => {
	const path = probeTypes.object.fields.field.grammar;
	always(fc.tuple(fc.jsonValue(), textsIn(path)), ([object, text]) => {
		const found = valueAt(object, text);
		return found === undefined || JSON.stringify(object).includes(JSON.stringify(found));
	});
});

it("whatever a value is, it meets criteria or it is said which it does not meet", () => {
	const wanted = fc.constantFrom("1", "-2e3", "0.5");
	const texts = fc.record({ equals: fc.string(), contains: fc.string() }, { requiredKeys: [] });
	const numbers = fc.record({ lessThan: wanted, atLeast: wanted }, { requiredKeys: [] });
	always(fc.tuple(fc.oneof(texts, numbers), fc.string()), ([criteria, text]) => {
		const said = whyNot(criteria, text, "it", false);
		return said === undefined || said.startsWith("it ");
	});
});
