import { createRequire } from "node:module";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";

/**
 * Stops the program, at preview already, when the provider's process will not find this package: it looks in `node_modules` of
 * the program's folder and of the folders above, and nowhere else.
 *
 * @param folder the program's folder, which is where Pulumi runs it
 */
export function requireResolvable(folder: string = process.cwd()): void {
	try {
		createRequire(join(folder, "index.js")).resolve("pulumi-chaos/handlers");
	} catch {
		throw new RunError(
			`pulumi-chaos can't be loaded from the program's folder ${folder}: it is not in node_modules there or in a folder above. ` +
				"Pulumi runs the provider from that folder, so the package has to be a direct dependency of the program, also when " +
				'another package brings it along: run "npm install pulumi-chaos" there ("npm ci" when package.json lists it already)',
		);
	}
}
