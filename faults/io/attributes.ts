import type { Field, ObjectField } from "../../api/field.ts";

const whole = (description: string, maximum: number) =>
	({ type: "integer", description, minimum: 0, maximum }) as const satisfies Field;

/** Largest value of a field that the kernel holds in 64 bits, as far as JSON writes it exactly. */
const long = Number.MAX_SAFE_INTEGER;
const int = 4_294_967_295;

const time = (description: string) =>
	({
		type: "object",
		description,
		fields: {
			sec: {
				type: "integer",
				required: true,
				description: "Seconds since 1970.",
				minimum: -long,
				maximum: long,
			},
			nsec: {
				type: "integer",
				required: true,
				description: "Nanoseconds on top of them.",
				minimum: 0,
				maximum: 999_999_999,
			},
		},
	}) as const satisfies ObjectField;

/** What is said of files instead of the truth. */
export const attributes = {
	type: "object",
	description: "What is said of files instead of the truth; at least one.",
	fields: {
		ino: whole("Number of the inode.", long),
		size: whole("Size in bytes.", long),
		blocks: whole("Blocks of 512 bytes that the file takes.", long),
		atime: time("When it was last read."),
		mtime: time("When its contents last changed."),
		ctime: time("When anything of it last changed."),
		kind: {
			type: "string",
			description: "What it is.",
			enum: ["namedPipe", "charDevice", "blockDevice", "directory", "regularFile", "symlink", "socket"],
		},
		perm: whole("Permissions as a decimal number: 72 is 0110.", 65_535),
		nlink: whole("How many names it has.", int),
		uid: whole("Number of the user that owns it.", int),
		gid: whole("Number of the group that owns it.", int),
		rdev: whole("Number of the device, if it is one.", int),
	},
} as const satisfies ObjectField;
