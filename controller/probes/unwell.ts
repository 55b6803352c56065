import { errorText } from "../../api/log.ts";

/** The system that is asked does not answer as it should: the probe has failed. Whatever else is thrown says nothing about it. */
export class Unwell extends Error {}

/** What a connection has failed with, as something that is wrong with the system. */
export function unwellOf(error: unknown): Unwell {
	// Several addresses were tried.
	const first = error instanceof AggregateError ? error.errors[0] : error;
	return new Unwell(errorText(first));
}
