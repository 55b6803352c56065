import { type JsonObject, objectAt, textAt } from "./json.ts";
import { programSpelling, revealed, serverSpelling, withSecrets } from "./values.ts";

/** What the state of a resource says, with secrets in plain text and keys spelled as the API server does. */
export interface Checkpoint {
	/** The object as it was last seen. */
	live: JsonObject;
	/** The inputs that it was last applied with. */
	inputs: JsonObject;
	/** The field manager that applied it. */
	manager: string;
}

const inputsKey = "__inputs";
const managerKey = "__fieldManager";
const versionKey = "__initialApiVersion";

/**
 * The outputs of a resource, in the shape in which the real plugin keeps them: the live object, the inputs and the field
 * manager. `marks` are inputs that still have their marks of secrecy.
 */
export function outputsOf({ live, inputs, manager }: Checkpoint, marks: JsonObject): JsonObject {
	return {
		...withSecrets(programSpelling(live), marks),
		[inputsKey]: withSecrets(programSpelling(inputs), marks),
		[managerKey]: manager,
		[versionKey]: textAt(inputs, "apiVersion"),
	};
}

/** Reads a checkpoint back from a resource's outputs. */
export function checkpointOf(outputs: JsonObject): Checkpoint {
	const {
		[inputsKey]: _inputs,
		[managerKey]: _manager,
		[versionKey]: _version,
		...live
	} = serverSpelling(revealed(outputs) as JsonObject);
	const inputs = serverSpelling(objectAt(revealed(outputs), inputsKey));
	return { live, inputs, manager: textAt(outputs, managerKey) };
}
