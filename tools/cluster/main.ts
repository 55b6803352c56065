import { parseArgs } from "node:util";
import { down, kubeconfigPath, status, up } from "./cluster.ts";

const usage = `usage: npm run cluster -- up [--nodes 1|2] | down | status | kubeconfig`;

async function printStatus(): Promise<void> {
	const findings = await status();
	if (findings === undefined) {
		process.stdout.write("no cluster is up\n");
		process.exitCode = 1;
		return;
	}
	for (const { what, healthy, detail } of findings) {
		process.stdout.write(healthy ? `yes  ${what}\n` : `NO   ${what}: ${detail}\n`);
	}
	if (findings.some((finding) => !finding.healthy)) process.exitCode = 1;
}

function nodeCount(text: string | undefined): { nodes?: 1 | 2 } {
	if (text === undefined) return {};
	if (text === "1") return { nodes: 1 };
	if (text === "2") return { nodes: 2 };
	throw new Error(`--nodes "${text}": a cluster here has 1 or 2 nodes\n${usage}`);
}

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({ allowPositionals: true, options: { nodes: { type: "string" } } });
	const [command, ...rest] = positionals;
	if (rest.length > 0) throw new Error(usage);
	if (command === "up") await up(nodeCount(values.nodes));
	else if (command === "down") await down();
	else if (command === "status") await printStatus();
	else if (command === "kubeconfig") process.stdout.write(`${kubeconfigPath()}\n`);
	else throw new Error(usage);
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
