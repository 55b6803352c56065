import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { root } from "../../tools/lib/paths.ts";
import { execInPod } from "../../tools/lib/pod-exec.ts";
import type { Party } from "./flows.ts";
import { clients } from "./kubernetes.ts";

const source = readFileSync(join(root, "test", "support", "datagrams.mts"), "utf8");
const script = `${source}\nconsole.log(JSON.stringify(await exchange(JSON.parse(process.argv[1]))));`;

/** A pod of the sample application. */
export function partyIn({ metadata, status }: V1Pod): Party {
	const pod = metadata?.name ?? "";
	return {
		addresses: status?.podIPs?.map(({ ip }) => ip) ?? [],
		async exchange(what) {
			const place = { namespace: metadata?.namespace ?? "", pod, container: "server", timeoutMs: 30_000 };
			const command = ["node", "--input-type=module-typescript", "-e", script, JSON.stringify(what)];
			const { code, stdout, stderr } = await execInPod(clients().config, { ...place, command });
			if (code !== 0) throw new Error(`what measures in pod ${pod} ended with status ${code}: ${stderr}`);
			return JSON.parse(stdout);
		},
	};
}
