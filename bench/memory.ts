import { readFileSync } from "node:fs";
import { systemLabel } from "../api/names.ts";
import type { ApiServer } from "../controller/api-server.ts";
import type { Pod } from "../selection/pod.ts";
import { podProcesses } from "../tools/lib/pod-processes.ts";
import type { Memory } from "./bounds.ts";

/** Resident memory of controller and daemon, with all processes of their pods; of several pods the largest. */
export async function memoryOf(server: ApiServer, namespace: string): Promise<Memory> {
	return {
		controller: await largest(server, namespace, "controller"),
		daemon: await largest(server, namespace, "daemon"),
	};
}

async function largest(server: ApiServer, namespace: string, part: string): Promise<number> {
	const labelSelector = `${systemLabel}=${part}`;
	const { items } = await server.get<{ items: Pod[] }>(`/api/v1/namespaces/${namespace}/pods`, { labelSelector });
	const sizes = items.map(({ metadata }) =>
		podProcesses(metadata.uid).reduce((sum, { pid }) => sum + residentBytes(pid), 0),
	);
	return Math.max(...sizes);
}

function residentBytes(pid: number): number {
	try {
		const [, kibibytes = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
		return Number(kibibytes) * 1024;
	} catch {
		// It has ended meanwhile.
		return 0;
	}
}
