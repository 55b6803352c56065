import type { Reference } from "../../../api/reference.ts";

/** Prose and examples of ToyChaos. */
export const reference: Reference = [
	{
		done: "A file with the text is written to /tmp of the container.",
		undone: "The file is removed.",
		needs: "A file system that can be written.",
		example: { name: "note", spec: { mode: "all", selector: { labelSelectors: { app: "web" } }, text: "hello" } },
	},
];
