import { isObject } from "../api/json.ts";
import { namespaceName, objectName, ownerTeamAnnotation, pauseAnnotation, reasonAnnotation } from "../api/names.ts";
import { type Problem, quote } from "../api/problem.ts";

/** What a program takes over of an object's metadata. */
export interface Metadata {
	name: string;
	/** Absent: the manifest leaves it to whoever applies it. */
	namespace?: string;
	paused: boolean;
	/** The team that answers for it, and what it is for. */
	ownerTeam?: string;
	reason?: string;
}

/** What is found in metadata. */
interface Checked {
	/** To be used only when there are no problems. */
	found: Metadata;
	problems: Problem[];
	/** What a program can't say, one sentence each. */
	notes: string[];
}

/** What the API server and the tools write; it means nothing in a manifest. */
const written = [
	"uid",
	"resourceVersion",
	"generation",
	"creationTimestamp",
	"managedFields",
	"selfLink",
	"finalizers",
	"annotations.kubectl.kubernetes.io/last-applied-configuration",
];

const carried = [
	"name",
	"namespace",
	...[pauseAnnotation, ownerTeamAnnotation, reasonAnnotation].map((name) => `annotations.${name}`),
];

/** Reads the metadata of an experiment. */
export function checkMetadata(metadata: unknown): Checked {
	const given = isObject(metadata) ? metadata : {};
	const { name, namespace } = given;
	const annotations = isObject(given["annotations"]) ? given["annotations"] : {};
	const problems: Problem[] = [];
	if (typeof name !== "string" || !objectName.accepts(name)) {
		const what = name === undefined ? "missing" : `${quote(name)} is not ${objectName.name}`;
		problems.push({ path: "metadata.name", message: `${what}; ${objectName.hint}` });
	}
	if (namespace !== undefined && (typeof namespace !== "string" || !namespaceName.accepts(namespace))) {
		const message = `${quote(namespace)} is not ${namespaceName.name}; ${namespaceName.hint}`;
		problems.push({ path: "metadata.namespace", message });
	}
	const paths = Object.entries(given).flatMap(([field, value]) =>
		["labels", "annotations"].includes(field) && isObject(value)
			? Object.keys(value).map((key) => `${field}.${key}`)
			: [field],
	);
	return {
		found: {
			name: String(name),
			...(namespace !== undefined && { namespace: String(namespace) }),
			paused: annotations[pauseAnnotation] === "true",
			...textAt(annotations, ownerTeamAnnotation, "ownerTeam"),
			...textAt(annotations, reasonAnnotation, "reason"),
		},
		problems,
		notes: paths
			.filter((path) => !carried.includes(path) && !written.includes(path))
			.map((path) => `metadata.${path}: is left out: no argument of a resource stands for it`),
	};
}

/** What an annotation says, under the name of the argument that says the same. */
function textAt(
	annotations: Record<string, unknown>,
	name: string,
	argument: "ownerTeam" | "reason",
): Partial<Metadata> {
	return annotations[name] === undefined ? {} : { [argument]: String(annotations[name]) };
}
