import type { DeclaredExperiment, ProgramLog } from "./program.ts";

/** What a preview has found, for whoever approves it. */
export interface Preview {
	/** The experiments that would be made. */
	experiments: Pick<DeclaredExperiment, "kind" | "name">[];
	/** Who would be hit, a line for each experiment: `NetworkChaos "shop/cut-1a2b3c4d" would hit 7 of 22 pods in ...`. */
	blastRadius: string[];
	/** What else was said, by the provider or the program; a line each. */
	remarks: string[];
}

/** What is to be approved, of what the engine has told. */
export function previewOf({ experiments, remarks }: ProgramLog): Preview {
	return {
		experiments: experiments.map(({ kind, name }) => ({ kind, name })),
		blastRadius: remarks.filter(isRadius).sort(),
		remarks: remarks.filter((remark) => !isRadius(remark)),
	};
}

/** Whether it is said there whom an experiment would hit. */
export function isRadius(remark: string): boolean {
	return /^\w+ ".*" would hit /.test(remark);
}
