import type { Grammar } from "./grammar.ts";

/** API group of all kinds, Chaos Mesh's own. */
export const group = "chaos-mesh.org";
/** The only version of the group. */
export const version = "v1alpha1";
/** `apiVersion` of every object of ours. */
export const apiVersion = `${group}/${version}`;

/** API group of what Chaos Mesh does not know. */
export const ownGroup = "pulumi-chaos.io";

/** Holds an experiment until nothing of it is left on any target. */
export const finalizer = "chaos-mesh/records";
/** Annotation: exactly `true` pauses an experiment: it is recovered until the annotation goes. */
export const pauseAnnotation = "experiment.chaos-mesh.org/pause";
/** Annotation: `forced` on an object being deleted drops the finalizer whatever its records say. */
export const cleanFinalizerAnnotation = "chaos-mesh.chaos-mesh.org/cleanFinalizer";
/** Begins every label and annotation that is ours and not Chaos Mesh's. */
export const annotationPrefix = "pulumi-chaos.io/";
/** Annotation: any new value asks for faults that were lost to be put back. */
export const reinjectAnnotation = "pulumi-chaos.io/reinject";
/** Label: id of the Scope (one a stack) that an experiment belongs to. */
export const scopeLabel = "pulumi-chaos.io/scope";
/** Annotation: the Pulumi resource that owns the object, as `project/stack/parent URN/type/name`. */
export const ownerAnnotation = "pulumi-chaos.io/owner";
/** Annotation: the team that answers for an experiment. */
export const ownerTeamAnnotation = "pulumi-chaos.io/owner-team";
/** Annotation: what an experiment is for, in a sentence for people. */
export const reasonAnnotation = "pulumi-chaos.io/reason";
/** Annotation: the seed that targets are drawn by in random modes, so that who it is can be told beforehand; absent: by chance. */
export const seedAnnotation = "pulumi-chaos.io/seed";
/** Annotation: marks of the pods that were previewed (`selection/previewed.ts`), who alone may be hit; absent: whoever is chosen. */
export const previewedAnnotation = "pulumi-chaos.io/previewed";
/** Annotation: exactly `true` has an experiment follow its selector: pods that match later are hit too, those that do not any more recover. */
export const followAnnotation = "pulumi-chaos.io/follow";
/** Annotation: the most pods that an experiment may hit while it follows its selector; those beyond are left out. */
export const limitTargetsAnnotation = "pulumi-chaos.io/limit-targets";
/** Annotation: the same for the share of the pods of any one workload, percent. */
export const limitPercentAnnotation = "pulumi-chaos.io/limit-percent";
/** Label on every pod of the chaos system, so that no selector ever chooses them: value `controller` or `daemon`. */
export const systemLabel = "pulumi-chaos.io/component";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/** Name of a namespace (RFC 1123 label). */
export const namespaceName: Grammar = {
	name: "the name of a namespace",
	hint: "use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends",
	pattern: `^${label}$`,
	maxLength: 63,
	accepts: (text) => text.length <= 63 && new RegExp(`^${label}$`).test(text),
};

/** Name of an object such as a pod (RFC 1123 subdomain). */
export const objectName: Grammar = {
	name: "the name of an object",
	hint: "use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends",
	pattern: `^${label}(\\.${label})*$`,
	maxLength: 253,
	accepts: (text) => text.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(text),
};

/** Key of a label or annotation: a name, with an optional DNS prefix and a slash before it. */
export const labelKey: Grammar = {
	name: "the key of a label",
	hint: 'use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, and before it a DNS name and "/" if there is a prefix',
	pattern: `^(${label}(\\.${label})*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`,
	maxLength: 317,
	inexact: "the length of the prefix",
	accepts: (text) => {
		const [name = "", prefix] = text.split("/").toReversed();
		return (
			(prefix === undefined || objectName.accepts(prefix)) &&
			text.split("/").length <= 2 &&
			name !== "" &&
			labelValue.accepts(name)
		);
	},
};

/** Value of a label; may be empty. */
export const labelValue: Grammar = {
	name: "a label value",
	hint: "use at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
	pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
	maxLength: 63,
	accepts: (text) => text.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(text),
};

const device = "^[A-Za-z0-9._:-]{1,15}(@[A-Za-z0-9._:-]{1,15})?$";

/**
 * Name of a network device (Linux: at most 15 characters, no slash, no space). What `ip link` writes behind it (`eth0@if3`) may
 * stand there: see {@link deviceOf}.
 */
export const deviceName: Grammar = {
	name: "the name of a network device",
	hint: 'use at most 15 letters, digits and the characters ". _ - :", such as "eth0"',
	pattern: device,
	// Not dots only: they are folders.
	also: "^[^@]*[^.@]",
	maxLength: 31,
	accepts: (text) => new RegExp(device).test(text) && !/^\.+$/.test(deviceOf(text)),
	kept: deviceOf,
};

/** The device itself, of a name as `ip link` writes it: `eth0` of `eth0@if3`. */
export function deviceOf(name: string): string {
	return name.replace(/@.*$/, "");
}
