import { errorText } from "../../api/log.ts";

/** The system that is asked does not answer as it should: the probe has failed. Whatever else is thrown says nothing about it. */
export class Unwell extends Error {}

/** What a connection has failed with, as something that is wrong with the system. */
export function unwellOf(error: unknown): Unwell {
	// Several addresses were tried.
	const first = error instanceof AggregateError ? error.errors[0] : error;
	// It would quote the certificate, which is an answer of the server.
	if ((first as { code?: unknown })?.code === "ERR_TLS_CERT_ALTNAME_INVALID") {
		return new Unwell("its certificate is for another name");
	}
	return new Unwell(errorText(first));
}
