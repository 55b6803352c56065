/** What the reference page of a kind says that no schema holds, for one variant. */
export interface ReferenceEntry {
	/** Absent: the kind has no variants. */
	readonly variant?: string;
	/** What is done to the target, and what that is like from inside it. */
	readonly done: string;
	/** How it is undone, and by whom when somebody is missing. */
	readonly undone: string;
	/** What node, cluster and target must have. */
	readonly needs: string;
	/** The page shows it as a program and as YAML. */
	readonly example: Example;
}

/** A right experiment. */
export interface Example {
	/** Name of the resource, and of the object. */
	readonly name: string;
	readonly spec: Readonly<Record<string, unknown>>;
}

/** The entries of a kind in the order of its page: one for each variant that can be injected. */
export type Reference = readonly ReferenceEntry[];
