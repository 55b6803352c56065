import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { onPath } from "../lib/search-path.ts";
import { isAtLeast } from "./version-order.ts";
import { cliVersion } from "./versions.ts";

/** A Pulumi CLI that was found in a folder of PATH. */
export interface AmbientPulumi {
	folder: string;
	version: string;
}

/**
 * The Pulumi CLI of `path` when it can run our programs: as new as {@link cliVersion} and with the Node language host on the
 * same PATH. Otherwise undefined; when there is a CLI that is passed over, `explain` is told why.
 */
export function ambientPulumi(
	path: string = process.env["PATH"] ?? "",
	explain: (sentence: string) => void = () => {},
): AmbientPulumi | undefined {
	const cli = onPath("pulumi", path);
	if (cli === undefined) return undefined;
	const version = cliVersionOf(cli);
	if (!isAtLeast(version, cliVersion)) {
		explain(`${cli} is version "${version}", older than the ${cliVersion} that is needed; not using it`);
		return undefined;
	}
	if (onPath("pulumi-language-nodejs", path) === undefined) {
		explain(`${cli} has no pulumi-language-nodejs beside it or on PATH; not using it`);
		return undefined;
	}
	return { folder: dirname(cli), version };
}

/** What `pulumi version` prints without its `v`, or the empty string when the file does not run. */
export function cliVersionOf(cli: string): string {
	try {
		const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
		return execFileSync(cli, ["version"], {
			encoding: "utf8",
			timeout: 30_000,
			env: environment,
			stdio: ["ignore", "pipe", "ignore"],
		})
			.trim()
			.replace(/^v/, "");
	} catch {
		return "";
	}
}
