import { isObject } from "../../api/json.ts";
import type { Probe } from "../../api/probe.ts";
import { whyNot } from "./compare.ts";
import { fetched } from "./http.ts";
import type { Reach } from "./reach.ts";

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
	if (resultType === "scalar" && Array.isArray(result)) return String(result[1]);
	if (resultType !== "vector" || !Array.isArray(result)) {
		throw new Error(`the query comes to a ${String(resultType)}; write one that comes to one number`);
	}
	const [first] = result;
	if (result.length !== 1 || !isObject(first) || !Array.isArray(first["value"])) {
		throw new Error(`the query comes to ${result.length} numbers; write one that comes to one, such as sum(...)`);
	}
	return String(first["value"][1]);
}

function dataOf(body: string): Record<string, unknown> | undefined {
	try {
		const answer: unknown = JSON.parse(body);
		return isObject(answer) && isObject(answer["data"]) ? answer["data"] : undefined;
	} catch {
		return undefined;
	}
}
