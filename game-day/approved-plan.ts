import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProgramLog } from "./program.ts";

/**
 * The plan of a preview that somebody is asked about (`pulumi preview --save-plan`). Whom an experiment would hit is in it, so that
 * `pulumi up` refuses to hit others, however long the answer took.
 */
export class ApprovedPlan {
	private readonly folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-plan-"));
	readonly file = join(this.folder, "plan.json");

	/**
	 * Whether `up` can be held to it. It can't when the preview could not look whom an experiment would hit (its namespace is not there
	 * yet): that `up` can would be a departure.
	 */
	static holds({ experiments }: ProgramLog): boolean {
		return experiments.every(({ previewed }) => previewed);
	}

	/** Whether Pulumi has refused something because it is not in the plan, or the provider because pods came even after that. */
	static isDepartedFrom({ errors }: ProgramLog): boolean {
		return errors.some((error) => /violates plan|not allowed by the plan|not among those previewed/.test(error));
	}

	/** Removes the file. */
	dispose(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
