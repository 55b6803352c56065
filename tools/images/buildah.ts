import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runApart } from "./apart.ts";
import type { Context } from "./recipe.ts";

/** buildah with a storage of its own, apart from that of the machine. */
export class Buildah {
	readonly #folder: string;
	readonly #driver: "overlay" | "vfs";

	constructor(folder: string, driver: "overlay" | "vfs") {
		this.#folder = folder;
		this.#driver = driver;
	}

	/** Opens the storage in `folder`, with the faster driver of those that work on its disk. */
	static async open(folder: string): Promise<Buildah> {
		await mkdir(folder, { recursive: true });
		return new Buildah(folder, (await overlayWorks(folder)) ? "overlay" : "vfs");
	}

	/** Digest of the configuration of an image, which names its whole content; undefined when the storage lacks the image. */
	async id(ref: string): Promise<string | undefined> {
		const lines = (await this.#run(["images", "--no-trunc", "--format", "{{.Name}}:{{.Tag}} {{.ID}}"])).split("\n");
		return lines.find((line) => line.startsWith(`${ref} `))?.slice(ref.length + 1);
	}

	/** Builds the folder `context` as `ref`. */
	async build(ref: string, context: string, dockerfile: string, options: readonly string[] = []): Promise<void> {
		// Its own isolation by runc needs rights that a machine in a sandbox may lack, and a network that it would set up.
		const fixed = ["build", "--isolation", "chroot", "--tag", ref, "--file", join(context, dockerfile)];
		await this.#run([...fixed, ...options, context]);
	}

	/** Writes an image as an OCI archive that is called `ref`. */
	async save(ref: string, archive: string): Promise<void> {
		// The fastest compression: the archive goes no further than to a container runtime on the same machine.
		const compression = ["--compression-format", "zstd", "--compression-level", "1"];
		await this.#run(["push", ...compression, ref, `oci-archive:${archive}:${ref}`]);
	}

	/** Drops an image; its layers stay as long as another one has them. */
	async remove(ref: string): Promise<void> {
		await this.#run(["rmi", ref]);
	}

	/** Drops what an interrupted build left. */
	async clean(): Promise<void> {
		await this.#run(["rm", "--all"]);
		await this.#run(["rmi", "--prune", "--force"]);
	}

	#run(args: readonly string[]): Promise<string> {
		const storage = ["--root", join(this.#folder, this.#driver), "--runroot", join(this.#folder, "run")];
		return runApart("buildah", ["--storage-driver", this.#driver, ...storage, ...args]);
	}
}

/** Not where the folder itself is in a container, on an overlay. */
async function overlayWorks(folder: string): Promise<boolean> {
	if (!readFileSync("/proc/filesystems", "utf8").includes("\toverlay\n")) return false;
	const probe = await mkdtemp(join(folder, "probe-"));
	try {
		const [lower, upper, work, merged] = ["lower", "upper", "work", "merged"].map((name) => join(probe, name));
		for (const path of [lower, upper, work, merged]) await mkdir(String(path));
		const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
		await runApart("mount", ["-t", "overlay", "overlay", "-o", options, String(merged)]);
		return true;
	} catch {
		return false;
	} finally {
		await rm(probe, { recursive: true, force: true });
	}
}

/** Writes a context into `folder`. */
export async function writeContext(folder: string, context: Context): Promise<void> {
	for (const [path, data] of context) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), data);
	}
}
