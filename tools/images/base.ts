import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, link, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeOnce, writeWhole } from "../lib/files.ts";
import { root } from "../lib/paths.ts";
import type { Progress } from "../lib/progress.ts";
import { runApart } from "./apart.ts";
import { aptSources, distribution } from "./apt-sources.ts";
import type { Buildah } from "./buildah.ts";
import { type NodeBinary, nodeBinary } from "./node-binary.ts";

/** The base image of this machine, which stands in for the one that a registry would have. */
export interface BasePlan {
	ref: string;
	/** Names what it is made of; files in the cache are called after it. */
	id: string;
	suite: string;
	packages: string[];
	node: NodeBinary;
}

// No documentation and translations, and no sync to disk after each file: an interrupted build starts over anyway.
const dpkgOptions = [
	"path-exclude=/usr/share/doc/*",
	"path-include=/usr/share/doc/*/copyright",
	"path-exclude=/usr/share/man/*",
	"path-exclude=/usr/share/locale/*",
	"force-unsafe-io",
];

// What belongs to this machine stays out of the image: its mirrors, with what may be needed to use them, and its names.
const forget =
	'rm -rf "$1"/etc/apt/sources.list "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap ' +
	'"$1"/etc/resolv.conf "$1"/etc/hostname';

const fixedArguments = [
	"--mode=root",
	"--variant=minbase",
	...dpkgOptions.map((option) => `--dpkgopt=${option}`),
	`--customize-hook=${forget}`,
];

/** What the base of this machine will be, without building it. */
export async function planBase(progress: Progress): Promise<BasePlan> {
	const { suite } = distribution(readFileSync("/etc/os-release", "utf8"));
	const packages = packagesOf(readFileSync(join(root, "images", "Dockerfile"), "utf8"));
	const node = await nodeBinary(progress);
	const content = [fixedArguments, suite, packages, process.arch, node.version, readFileSync(dockerfile, "utf8")];
	const id = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
	return { ref: `localhost/pulumi-chaos-base:${id}`, id, suite, packages, node };
}

const dockerfile = join(root, "tools", "images", "base", "Dockerfile");

/** The packages that a Dockerfile installs where its base lacks them. @throws Error when it installs none. */
export function packagesOf(dockerfileText: string): string[] {
	const list = /apt-get install((?: -\S+)*)((?: [a-z0-9][a-z0-9.+-]*)+);/.exec(dockerfileText)?.[2];
	if (list === undefined)
		throw new Error('images/Dockerfile has no line "apt-get install <packages>;" to learn the packages from');
	return list.trim().split(" ");
}

/** Builds the base into the storage of `buildah`, unless it is there, and returns the digest of its content. */
export async function ensureBase(
	plan: BasePlan,
	folder: string,
	buildah: Buildah,
	progress: Progress,
): Promise<string> {
	const there = await buildah.id(plan.ref);
	if (there !== undefined) return there;
	const system = await makeOnce(join(folder, `rootfs-${plan.id}.tar`), (draft) =>
		progress.step(`installing a small ${plan.suite} for the images; this happens once`, () =>
			bootstrap(plan, folder, draft),
		),
	);
	return progress.step("making the base image", async () => {
		const context = join(folder, "tmp", "base");
		await mkdir(context, { recursive: true });
		await link(system, join(context, "rootfs.tar"));
		await copyFile(plan.node.path, join(context, "node"));
		await writeFile(join(context, "Dockerfile"), readFileSync(dockerfile));
		// A layer for each step: they are compressed side by side whenever an image is saved.
		await buildah.build(plan.ref, context, "Dockerfile", ["--layers"]);
		await rm(context, { recursive: true });
		const id = await buildah.id(plan.ref);
		if (id === undefined) throw new Error(`buildah built ${plan.ref} and does not list it`);
		return id;
	});
}

async function bootstrap({ suite, packages }: BasePlan, folder: string, archive: string): Promise<void> {
	const { lines, settings } = await aptSources();
	const options = join(folder, "tmp", "apt.conf");
	await writeFile(options, `${settings.join("\n")}\n`, { mode: 0o600 });
	const chosen = [`--include=${packages.join(",")}`, `--aptopt=${options}`, "--format=tar"];
	await runApart("mmdebstrap", [...fixedArguments, ...chosen, suite, archive, "-"], {
		env: { ...process.env, TMPDIR: join(folder, "tmp") },
		input: `${lines.join("\n")}\n`,
	});
	await rm(options);
}

const recordFile = (folder: string, plan: BasePlan) => join(folder, `base-${plan.id}.json`);

/** The digest of the base when it was last built here; undefined when it never was. */
export function knownBase(plan: BasePlan, folder: string): string | undefined {
	const file = recordFile(folder, plan);
	return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { digest: string }).digest : undefined;
}

/** Remembers the digest of the base, so that it need not be asked of the storage. */
export function rememberBase(plan: BasePlan, folder: string, digest: string): Promise<void> {
	return writeWhole(recordFile(folder, plan), `${JSON.stringify({ digest })}\n`);
}
