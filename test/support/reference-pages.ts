import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/lib/paths.ts";

/** An experiment as a page of docs/faults shows it: twice. */
export interface Shown {
	/** `pod-chaos 1`. */
	name: string;
	program: string;
	manifest: string;
}

/** All examples on the reference pages. */
export function shownExamples(): Shown[] {
	return globSync("docs/faults/*.md", { cwd: root }).flatMap((path) => {
		const text = readFileSync(join(root, path), "utf8");
		const pairs = [...text.matchAll(/```ts\n(.*?)```.*?```yaml\n(.*?)```/gs)];
		return pairs.map(([, program = "", manifest = ""], index) => ({
			name: `${path.replace(/^.*\/(.*)\.md$/, "$1")} ${index + 1}`,
			program,
			manifest,
		}));
	});
}

/** The programs that a page shows. */
export function programsOn(page: string): string[] {
	const text = readFileSync(join(root, page), "utf8");
	return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, program = ""]) => program);
}
