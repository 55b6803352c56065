import { crc32 } from "node:zlib";
import { isObject } from "../api/json.ts";
import type { Entry, EntryState, ParkedState } from "./entry.ts";

/** What may change of an entry after it was put down. */
export interface Change {
	state?: EntryState;
	park?: ParkedState;
	message?: string;
	deadline?: number;
	expiresInMs?: number;
}

/** One line of the journal: an injection begins (or is written anew), changes, or is over. */
export type JournalRecord = { put: Entry } | { change: Change; id: string } | { drop: string };

/** A record as a line: eight hexadecimal digits of a checksum (CRC-32 of the JSON), a space, JSON, a line feed. */
export function encode(record: JournalRecord): string {
	const json = JSON.stringify(record);
	return `${checksum(json)} ${json}\n`;
}

/** What the lines of a journal say. */
export interface Decoded {
	entries: Map<string, Entry>;
	/** Bytes up to the end of the last line that is whole; what follows was torn by a crash. */
	length: number;
	/** Whole lines whose checksum is wrong: the disk's fault, not a crash's. */
	damaged: number;
}

/** Reads a journal. Never throws: what can't be read is left out and counted. */
export function decode(journal: Buffer): Decoded {
	const length = journal.lastIndexOf("\n") + 1;
	const entries = new Map<string, Entry>();
	let damaged = 0;
	for (const line of journal.toString("utf8", 0, length).split("\n").slice(0, -1)) {
		const record = decodeLine(line);
		if (record) apply(entries, record);
		else damaged++;
	}
	return { entries, length, damaged };
}

/** Applies a record to the entries; a change of what is not there is nothing. */
export function apply(entries: Map<string, Entry>, record: JournalRecord): void {
	if ("put" in record) entries.set(record.put.id, record.put);
	else if ("drop" in record) entries.delete(record.drop);
	else {
		const entry = entries.get(record.id);
		if (!entry) return;
		const { message: _, park: __, ...rest } = entry;
		entries.set(record.id, { ...rest, ...record.change });
	}
}

function decodeLine(line: string): JournalRecord | undefined {
	const json = line.slice(9);
	if (line.slice(0, 9) !== `${checksum(json)} `) return undefined;
	try {
		const record: unknown = JSON.parse(json);
		return isRecord(record) ? record : undefined;
	} catch {
		return undefined;
	}
}

/** Whether it has the shape of a record, as one of another version of ours may not have. */
function isRecord(value: unknown): value is JournalRecord {
	if (!isObject(value)) return false;
	const { put, change, id, drop } = value;
	return (
		(isObject(put) && typeof put["id"] === "string") ||
		(isObject(change) && typeof id === "string") ||
		typeof drop === "string"
	);
}

function checksum(text: string): string {
	return crc32(text).toString(16).padStart(8, "0");
}
