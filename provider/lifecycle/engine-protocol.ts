/** What Pulumi's engine sends for an output that is not known yet, and takes for one; part of its protocol. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is not known yet. */
export function isUnknown(value: unknown): boolean {
	return value === unknownValue;
}

/** Whether something in a value is not known yet. */
export function holdsUnknown(value: unknown): boolean {
	return (JSON.stringify(value) ?? "").includes(unknownValue);
}
