import { parseArgs } from "node:util";
import { lineProgress } from "../lib/progress.ts";
import { onPath } from "../lib/search-path.ts";
import { down, kubeconfigPath, status, up } from "./cluster.ts";
import { ownKubeconfigVariable } from "./own-cluster.ts";
import { ensureKubectl } from "./programs.ts";

const usage = `usage: npm run cluster -- COMMAND

  up [--nodes 1|2]    brings a cluster up; quick when it is up
  down                takes it down and leaves nothing of it but the cache
  status              says what runs; ends with 1 when anything does not
  kubeconfig          prints the path of the kubeconfig

  --kubeconfig PATH   works on your own cluster (or set ${ownKubeconfigVariable}), which is neither started nor taken down
`;

function nodeCount(text: string | undefined): { nodes?: 1 | 2 } {
	if (text === undefined) return {};
	if (text === "1") return { nodes: 1 };
	if (text === "2") return { nodes: 2 };
	throw new Error(`--nodes "${text}": a cluster here has 1 or 2 nodes\n${usage}`);
}

async function printStatus(): Promise<void> {
	const findings = await status();
	if (findings === undefined) throw new Error("no cluster is up; `npm run cluster -- up` starts one");
	for (const { what, healthy, detail } of findings) {
		process.stdout.write(healthy ? `yes  ${what}\n` : `NO   ${what}: ${detail}\n`);
	}
	if (findings.some((finding) => !finding.healthy)) process.exitCode = 1;
}

async function bringUp(nodes: string | undefined): Promise<void> {
	await up(nodeCount(nodes));
	const progress = lineProgress();
	const kubectl = onPath("kubectl") === undefined ? await ensureKubectl(progress) : "kubectl";
	progress.note(`the cluster is up: ${kubectl} --kubeconfig ${kubeconfigPath()} get pods -A`);
}

function parse() {
	try {
		const options = { nodes: { type: "string" }, kubeconfig: { type: "string" } } as const;
		return parseArgs({ allowPositionals: true, options });
	} catch (error) {
		throw new Error(`${(error as Error).message}\n${usage}`);
	}
}

async function main(): Promise<void> {
	const { values, positionals } = parse();
	const [command, ...rest] = positionals;
	if (rest.length > 0) throw new Error(`"${rest[0]}" is one word too many\n${usage}`);
	if (values.kubeconfig !== undefined) process.env[ownKubeconfigVariable] = values.kubeconfig;
	if (command === "up") await bringUp(values.nodes);
	else if (command === "down") await down();
	else if (command === "status") await printStatus();
	else if (command === "kubeconfig") process.stdout.write(`${kubeconfigPath()}\n`);
	else throw new Error(command === undefined ? usage : `unknown command "${command}"\n${usage}`);
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message.trimEnd()}\n`);
	process.exitCode = 1;
});
