/** One line of `/proc/<pid>/mountinfo`. */
export interface Mount {
	/** What of the file system is mounted, as a path in it. */
	root: string;
	/** Where it is mounted. */
	point: string;
	/** Options of this mount, such as `ro`. */
	options: string[];
	/** Type of the file system. */
	type: string;
	/** Options of the file system itself. */
	superOptions: string[];
}

/** The mounts in the text of `/proc/<pid>/mountinfo`; lines of another shape are left out. */
export function mountsIn(mountinfo: string): Mount[] {
	return mountinfo.split("\n").flatMap((line) => {
		const [own = "", shared = ""] = line.split(" - ");
		const [, , , root, point, options] = own.split(" ");
		const [type, , superOptions] = shared.split(" ");
		if (!root || !point || !options || !type || !superOptions) return [];
		return [
			{
				root: unescaped(root),
				point: unescaped(point),
				options: options.split(","),
				type,
				superOptions: superOptions.split(","),
			},
		];
	});
}

/** The kernel writes blanks, line ends and backslashes in paths as three octal digits. */
function unescaped(path: string): string {
	return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
