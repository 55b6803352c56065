import { join } from "node:path";
import { cache } from "../lib/paths.ts";

/** The official installer; what the SDK's own install runs. */
const installer = "https://get.pulumi.com/install.sh";

const officialRoot = join(cache, "pulumi", "official");

/** Where the official installation is kept. */
export const officialFolder = join(officialRoot, "bin");

/** Whether the host of the official downloads answers within `milliseconds`. Never rejects. */
export async function officialHostAnswers(milliseconds = 3_000, address = installer): Promise<boolean> {
	try {
		const response = await fetch(address, { method: "HEAD", signal: AbortSignal.timeout(milliseconds) });
		return response.ok;
	} catch {
		return false;
	}
}

/** Installs the official CLI of the SDK's version into {@link officialFolder}; undefined, with a sentence to `say`, when that fails. */
export async function installOfficial(say: (sentence: string) => void): Promise<string | undefined> {
	say(`installing the Pulumi CLI with ${installer}; this happens once`);
	// Loading the SDK takes a second, which only this branch should pay.
	const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
	try {
		const command = await PulumiCommand.install({ root: officialRoot });
		return String(command.version);
	} catch (error) {
		say(`the official installation failed, building instead: ${error instanceof Error ? error.message : error}`);
		return undefined;
	}
}
