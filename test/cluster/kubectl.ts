import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { ensureKubectl } from "../../tools/cluster/programs.ts";
import { root } from "../../tools/lib/paths.ts";
import { lineProgress } from "../../tools/lib/progress.ts";
import { run } from "../../tools/lib/run.ts";

/** What kubectl prints, called in the repository's root; a warning of the API server is an error. */
export async function kubectl(args: readonly string[], input = ""): Promise<string> {
	const program = await ensureKubectl(lineProgress());
	return run(program, ["--kubeconfig", kubeconfigPath(), "--warnings-as-errors", ...args], { cwd: root, input });
}
