import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { run } from "../lib/run.ts";

// Owner and time are fixed, so that the same program always becomes the same image.
const tar = (folder: string, archive: string) =>
	run("tar", [
		"--create",
		"--file",
		archive,
		"--directory",
		folder,
		"--owner=0",
		"--group=0",
		"--mtime=@0",
		"--sort=name",
		".",
	]);

const sha256 = (data: Buffer | string) => createHash("sha256").update(data).digest("hex");

interface Descriptor {
	readonly mediaType: string;
	readonly digest: string;
	readonly size: number;
}

async function blob(folder: string, kind: string, data: Buffer | string): Promise<Descriptor> {
	const digest = sha256(data);
	await writeFile(join(folder, "blobs", "sha256", digest), data);
	return {
		mediaType: `application/vnd.oci.image.${kind}`,
		digest: `sha256:${digest}`,
		size: Buffer.byteLength(data),
	};
}

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** Writes an OCI archive of the image `name` that holds one static program, which it runs. */
export async function writeProgramImage(archive: string, name: string, program: string): Promise<void> {
	const work = await mkdtemp(join(tmpdir(), "pulumi-chaos-image-"));
	try {
		const files = join(work, "files");
		const folder = join(work, "image");
		await mkdir(files);
		await mkdir(join(folder, "blobs", "sha256"), { recursive: true });
		const entry = join(files, basename(program));
		await copyFile(program, entry);
		await chmod(entry, 0o755);
		await tar(files, join(work, "layer.tar"));
		const layerData = await readFile(join(work, "layer.tar"));
		const layer = await blob(folder, "layer.v1.tar", layerData);
		const config = {
			architecture: architectures[process.arch] ?? process.arch,
			os: "linux",
			config: { Entrypoint: [`/${basename(program)}`] },
			rootfs: { type: "layers", diff_ids: [layer.digest] },
		};
		const manifest = {
			schemaVersion: 2,
			mediaType: "application/vnd.oci.image.manifest.v1+json",
			config: await blob(folder, "config.v1+json", JSON.stringify(config)),
			layers: [layer],
		};
		const descriptor = await blob(folder, "manifest.v1+json", JSON.stringify(manifest));
		const annotations = { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name };
		const index = { schemaVersion: 2, manifests: [{ ...descriptor, annotations }] };
		await writeFile(join(folder, "index.json"), JSON.stringify(index));
		await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
		await tar(folder, archive);
	} finally {
		await rm(work, { recursive: true, force: true });
	}
}

/** Names of the images in an OCI archive, and the digest of each. */
export async function archiveImages(archive: string): Promise<Map<string, string>> {
	const text = await run("tar", ["--extract", "--to-stdout", "--file", archive, "--wildcards", "*index.json"]);
	const index = JSON.parse(text) as { manifests: { digest: string; annotations?: Record<string, string> }[] };
	return new Map(
		index.manifests.flatMap(({ digest, annotations }) => {
			const name = annotations?.["io.containerd.image.name"] ?? annotations?.["org.opencontainers.image.ref.name"];
			return name === undefined ? [] : [[name, digest]];
		}),
	);
}
