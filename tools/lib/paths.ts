import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where built tools, images and downloads are kept between runs; `PULUMI_CHAOS_CACHE` moves it. */
export const cache =
	process.env["PULUMI_CHAOS_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "pulumi-chaos");
