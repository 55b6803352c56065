import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the shell would find the program `name`, or undefined. */
export function onPath(name: string, path = process.env["PATH"] ?? ""): string | undefined {
	for (const folder of path.split(delimiter)) {
		const file = join(folder, name);
		try {
			accessSync(file, constants.X_OK);
			return file;
		} catch {}
	}
	return undefined;
}
