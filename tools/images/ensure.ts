import { existsSync } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { installPackages } from "../lib/debian-package.ts";
import { makeOnce } from "../lib/files.ts";
import { withLock } from "../lib/lock.ts";
import { cache, root } from "../lib/paths.ts";
import { lineProgress, type Progress } from "../lib/progress.ts";
import { run } from "../lib/run.ts";
import { onPath } from "../lib/search-path.ts";
import { ensureBase, knownBase, planBase, rememberBase } from "./base.ts";
import { Buildah, writeContext } from "./buildah.ts";
import { checkMachine, machine } from "./preconditions.ts";
import { type Context, contentTag, localRef, type Recipe, readContext, sampleRecipe, systemRecipe } from "./recipe.ts";

/** An image that is ready to be imported into a cluster. */
export interface BuiltImage {
	/** How pods call it; the tag changes with the content. */
	ref: string;
	/** Path of its OCI archive. */
	archive: string;
}

/** The images of the project. */
export interface Images {
	/** The controller and the daemon. */
	system: BuiltImage;
	/** The sample application. */
	sample: BuiltImage;
}

const folder = join(cache, "images");
/** Archives of one image that are kept: a checkout of an earlier commit, or a run beside this one, may still want its own. */
const archivesKept = 3;

/** The sources of one image, as they were when this run began. */
interface Source {
	recipe: Recipe;
	context: Context;
}

const source = (recipe: Recipe): Source => ({ recipe, context: readContext(recipe) });

/**
 * Bundles the code and builds the images without a registry, as far as something changed: the base once, an image when its
 * content is new. When nothing changed it takes well under a second and needs no rights.
 *
 * @throws Error when this machine can't build images, or with the end of the output of what failed.
 */
export async function ensureImages(progress: Progress = lineProgress()): Promise<Images> {
	await run(process.execPath, [join(root, "tools", "build", "main.ts")], { cwd: root });
	return ensureRecipes({ system: systemRecipe, sample: sampleRecipe }, progress);
}

/** As {@link ensureImages}, for any recipes; what they are made of is there. */
export async function ensureRecipes<Name extends string>(
	recipes: Readonly<Record<Name, Recipe>>,
	progress: Progress = lineProgress(),
): Promise<Record<Name, BuiltImage>> {
	const sources = Object.entries<Recipe>(recipes).map(([name, recipe]) => [name as Name, source(recipe)] as const);
	const all = (built: readonly BuiltImage[]) =>
		Object.fromEntries(sources.map(([name], index) => [name, built[index]])) as Record<Name, BuiltImage>;
	const plan = await planBase(progress);
	const known = knownBase(plan, folder);
	if (known !== undefined) {
		const images = sources.map(([, from]) => imageOf(from, known));
		if (images.every(({ archive }) => existsSync(archive))) return all(images);
	}
	checkMachine(machine());
	return withLock("images", progress, async () => {
		const buildah = await openBuildah(progress);
		const digest = await ensureBase(plan, folder, buildah, progress);
		await rememberBase(plan, folder, digest);
		const base = { ref: plan.ref, digest };
		const images: BuiltImage[] = [];
		for (const [, from] of sources) images.push(await ensureImage(from, base, buildah, progress));
		return all(images);
	});
}

function imageOf({ recipe, context }: Source, base: string): BuiltImage {
	const tag = contentTag(base, context);
	return { ref: localRef(recipe.name, tag), archive: join(folder, `${recipe.name}-${tag}.tar`) };
}

async function openBuildah(progress: Progress): Promise<Buildah> {
	const missing = ["mmdebstrap", "buildah"].filter((tool) => onPath(tool) === undefined);
	if (missing.length > 0) await installPackages(missing, progress);
	await clearDrafts();
	const storage = join(folder, "storage");
	const buildah = await Buildah.open(storage);
	try {
		await buildah.clean();
	} catch (error) {
		// All that is lost with the storage is the base image, whose files are kept beside it.
		progress.note(
			`starting over with an empty image storage, because: ${error instanceof Error ? error.message : error}`,
		);
		await rm(storage, { recursive: true });
		await mkdir(storage);
	}
	return buildah;
}

/** Under the lock nobody else is at work, so drafts are those of runs that were killed. */
async function clearDrafts(): Promise<void> {
	await mkdir(folder, { recursive: true });
	const drafts = (await readdir(folder)).filter((name) => name === "tmp" || name.endsWith(".tmp"));
	for (const name of drafts) await rm(join(folder, name), { recursive: true });
	await mkdir(join(folder, "tmp"));
}

async function ensureImage(
	from: Source,
	base: { ref: string; digest: string },
	buildah: Buildah,
	progress: Progress,
): Promise<BuiltImage> {
	const image = imageOf(from, base.digest);
	if (existsSync(image.archive)) return image;
	const work = join(folder, "tmp", from.recipe.name);
	await progress.step(`building ${image.ref}`, async () => {
		await writeContext(work, from.context);
		await buildah.build(image.ref, work, from.recipe.dockerfile, ["--build-arg", `BASE=${base.ref}`]);
		await makeOnce(image.archive, (draft) => buildah.save(image.ref, draft));
		await buildah.remove(image.ref);
		await rm(work, { recursive: true });
	});
	await dropOld(from.recipe);
	return image;
}

async function dropOld({ name }: Recipe): Promise<void> {
	const pattern = new RegExp(`^${name}-[0-9a-f]{12}\\.tar$`);
	const archives = (await readdir(folder)).filter((file) => pattern.test(file)).map((file) => join(folder, file));
	const dated = await Promise.all(archives.map(async (file) => ({ file, made: (await stat(file)).mtimeMs })));
	dated.sort((a, b) => b.made - a.made);
	for (const { file } of dated.slice(archivesKept)) await rm(file);
}
