import { existsSync, readdirSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isBelow, type Part } from "./own-processes.ts";

/** Removes a folder, unless it holds anything or is not there. */
export function removeIfEmpty(folder: string): void {
	try {
		rmdirSync(folder);
	} catch {}
}

function entries(folder: string): string[] {
	return existsSync(folder) ? readdirSync(folder) : [];
}

// The kubelet and the CNI library put files here, whatever folders they are given.
const cniResults = "/var/lib/cni/results";
const logLinks = "/var/log/containers";
const devicePlugins = "/var/lib/kubelet/device-plugins";

/** Removes the files of a part outside its own folders. `cniPrefix` begins the names of its CNI results. */
export function removeStrayFiles(part: Part, cniPrefix: string): void {
	for (const name of entries(cniResults)) if (name.startsWith(cniPrefix)) rmSync(join(cniResults, name));
	for (const name of entries(logLinks)) {
		const target = readlinkSync(join(logLinks, name));
		if (part.folders.some((folder) => isBelow(target, folder))) rmSync(join(logLinks, name));
	}
	for (const folder of [cniResults, dirname(cniResults), logLinks]) removeIfEmpty(folder);
}

/** Removes what all kubelets of this machine have shared; for when none is left. */
export function removeSharedFiles(): void {
	for (const name of ["kubelet.sock"]) rmSync(join(devicePlugins, name), { force: true });
	removeIfEmpty(devicePlugins);
	removeIfEmpty(dirname(devicePlugins));
}
