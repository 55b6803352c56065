import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Experiment } from "../api/experiment.ts";
import type { TargetRecord } from "../api/status.ts";

/** Records of an experiment up to this many stand in its status as they are. */
export const packedFrom = 1000;

/** What is packed of a record: our additions to upstream's shape that take the most room. */
type Packed = Pick<TargetRecord, "node" | "podUid" | "container" | "message">;

/**
 * The experiment as it is written. With many targets the longest fields of all records stand together in one, compressed: an
 * object in the API server can't be larger than about 1.5 MB, and every watch of it gets all of it at each change.
 */
export function packed(experiment: Experiment): Experiment {
	const records = experiment.status?.experiment.containerRecords;
	if (!records || records.length <= packedFrom) return experiment;
	const rest = records.map(({ node: _n, podUid: _p, container: _c, message: _m, ...each }) => each as TargetRecord);
	const fields = records.map(({ node, podUid, container, message }) => [node, podUid, container ?? 0, message ?? 0]);
	return withRecords(experiment, rest, deflateRawSync(JSON.stringify(fields)).toString("base64"));
}

/**
 * The experiment with whole records. Never throws: what somebody else has made unreadable leaves records of no known pod, and
 * what nodes hold against them is taken out as a leftover.
 */
export function unpacked(experiment: Experiment): Experiment {
	const { containerRecords: records, packed: text } = experiment.status?.experiment ?? {};
	if (!records || text === undefined) return experiment;
	const fields = fieldsOf(text);
	return withRecords(
		experiment,
		records.map((record, index) => ({ ...record, ...(fields[index] ?? { node: "", podUid: "" }) })),
	);
}

function withRecords(experiment: Experiment, containerRecords: TargetRecord[], text?: string): Experiment {
	const { packed: _, ...rest } = experiment.status?.experiment ?? { desiredPhase: "Run" };
	const status = { ...rest, containerRecords, ...(text !== undefined && { packed: text }) };
	return { ...experiment, status: { ...experiment.status, experiment: status } };
}

function fieldsOf(text: string): Packed[] {
	try {
		const fields = JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString()) as unknown[][];
		return fields.map(([node, podUid, container, message]) => ({
			node: String(node),
			podUid: String(podUid),
			...(container !== 0 && { container: String(container) }),
			...(message !== 0 && { message: String(message) }),
		}));
	} catch {
		return [];
	}
}
