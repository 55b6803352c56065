import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeOnce } from "./files.ts";
import { cache } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { run } from "./run.ts";

// Others may be installing at the same time: wait for them instead of failing.
const waitForLock = ["-o", "DPkg::Lock::Timeout=300"];

async function withFreshLists(work: () => Promise<unknown>): Promise<void> {
	try {
		await work();
	} catch {
		// No package lists yet, or lists that name a version which is gone.
		await run("apt-get", [...waitForLock, "update"]);
		await work();
	}
}

async function download(name: string, draft: string): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-chaos-deb-"));
	try {
		await withFreshLists(() => run("apt-get", [...waitForLock, "download", name], { cwd: folder }));
		const archive = (await readdir(folder)).find((file) => file.endsWith(".deb"));
		if (archive === undefined) throw new Error(`apt-get download ${name} left no package file`);
		await mkdir(draft);
		await run("dpkg-deb", ["--extract", join(folder, archive), draft]);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

const folderOf = (name: string) => join(cache, "cluster", "debian", name);

/** Whether the files of a Debian package are in the cache. */
export function isFetched(name: string): boolean {
	return existsSync(folderOf(name));
}

/**
 * The files of a Debian package, in a folder of the cache. They are not installed: packages such as `etcd-server` start
 * a service of their own when they are.
 */
export async function debianFiles(name: string, progress: Progress): Promise<string> {
	const folder = folderOf(name);
	if (isFetched(name)) return folder;
	return progress.step(`fetching ${name} from Debian`, () => makeOnce(folder, (draft) => download(name, draft)));
}

/** Installs Debian packages that have no service to start. */
export async function installPackages(names: readonly string[], progress: Progress): Promise<void> {
	await progress.step(`installing ${names.join(", ")}`, () =>
		withFreshLists(() =>
			run("apt-get", [...waitForLock, "install", "--yes", "--no-install-recommends", ...names], {
				env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
			}),
		),
	);
}
