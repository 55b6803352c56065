import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { errorText, type Log } from "../api/log.ts";

/** What the server shows and whom it believes, as PEM. */
export interface Credentials {
	ca: Buffer;
	cert: Buffer;
	key: Buffer;
}

/** Milliseconds between two looks at the files: the kubelet brings a changed Secret in its own time anyway. */
const period = 10_000;

/** Reads `ca.crt`, `tls.crt` and `tls.key` of a folder; throws when they are missing or do not belong together. */
export async function readCredentials(folder: string): Promise<Credentials> {
	const read = (name: string): Promise<Buffer> => readFile(join(folder, name));
	try {
		const [ca, cert, key] = [await read("ca.crt"), await read("tls.crt"), await read("tls.key")];
		createSecureContext({ ca, cert, key });
		return { ca, cert, key };
	} catch (error) {
		throw new Error(
			`the certificates in ${folder} can't be used (ca.crt, tls.crt and tls.key must be there and belong together): ${errorText(error)}`,
		);
	}
}

/**
 * Looks at the files again and again, and hands over what changed; what can't be used is logged and left alone. Returns what
 * stops it.
 */
export function followCredentials(
	folder: string,
	first: Credentials,
	log: Log,
	changed: (credentials: Credentials) => void,
	everyMs = period,
): () => void {
	let current = first;
	const timer = setInterval(async () => {
		try {
			const next = await readCredentials(folder);
			if ((["ca", "cert", "key"] as const).every((part) => next[part].equals(current[part]))) return;
			current = next;
			changed(next);
			log.info("certificates were renewed", { folder });
		} catch (error) {
			log.warn("keeping the certificates at hand", { error });
		}
	}, everyMs);
	return () => clearInterval(timer);
}
