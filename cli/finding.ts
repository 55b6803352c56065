/** What a user has to know about a manifest. */
export interface Finding {
	/** An error keeps the program from being written; a warning does not. */
	level: "error" | "warning";
	/** Which manifest: `document 2, NetworkChaos "shop/cut"`. */
	where: string;
	/** The path in the manifest and what is wrong there, or a sentence about all of it. */
	text: string;
}

/** A finding as a line: `error: document 2, PodChaos "cut": spec.mode: "some" is not a known mode; ...`. */
export function line({ level, where, text }: Finding): string {
	return `${level}: ${where}: ${text}`;
}
