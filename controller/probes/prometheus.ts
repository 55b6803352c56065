import { isObject } from "../../api/json.ts";
import type { Probe } from "../../api/probe.ts";
import { whyNot } from "./compare.ts";
import { fetched } from "./http.ts";
import type { Reach } from "./reach.ts";

const types = ["matrix", "vector", "scalar", "string"];

/** Asks Prometheus for a number. A Prometheus that does not answer, or not with one number, says nothing about the system. */
export async function askPrometheus(
	{ prometheus }: Probe,
	reach: Reach,
	signal: AbortSignal,
): Promise<string | undefined> {
	if (!prometheus) throw new Error("it has no field prometheus");
	const { url, query, criteria } = prometheus;
	const to = new URL(`${url.replace(/\/$/, "")}/api/v1/query`);
	to.searchParams.set("query", query);
	const lookup = await reach(to.hostname.replace(/^\[|\]$/g, ""));
	const answer = await fetched(to, lookup, { method: "GET" }, undefined, signal).catch((error: unknown) => {
		throw new Error("Prometheus does not answer", { cause: error });
	});
	return whyNot(criteria, numberIn(answer), "the number", true);
}

/** The number of an answer, as text; throws when there is not one number: https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats */
export function numberIn({ status, body }: { status: number; body: string }): string {
	const data = dataOf(body);
	if (!data) throw new Error(`what answers (with status ${status}) is no Prometheus, or does not take the query`);
	const { resultType, result } = data;
	if (resultType === "scalar" && Array.isArray(result)) return numberOf(result[1]);
	if (resultType !== "vector" || !Array.isArray(result)) {
		const what = types.find((type) => type === resultType) ?? "thing that Prometheus does not have";
		throw new Error(`the query comes to a ${what}; write one that comes to one number`);
	}
	const [first] = result;
	if (result.length !== 1 || !isObject(first) || !Array.isArray(first["value"])) {
		const hint =
			result.length === 0 ? "where there may be nothing to count, put `or vector(0)`" : "use such as sum(...)";
		throw new Error(`the query comes to ${result.length} numbers; write one that comes to one: ${hint}`);
	}
	return numberOf(first["value"][1]);
}

/** What is no number is a text of whoever answers, and is not said. */
function numberOf(value: unknown): string {
	const text = String(value);
	if (/^([+-]?(\d+(\.\d+)?(e[+-]?\d+)?|Inf)|NaN)$/i.test(text)) return text;
	throw new Error("what answers says something else than a number; is it Prometheus?");
}

function dataOf(body: string): Record<string, unknown> | undefined {
	try {
		const answer: unknown = JSON.parse(body);
		return isObject(answer) && isObject(answer["data"]) ? answer["data"] : undefined;
	} catch {
		return undefined;
	}
}
