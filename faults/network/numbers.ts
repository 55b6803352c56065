import { isObject } from "../../api/json.ts";
import { type Problem, quote } from "../../api/problem.ts";

/** Least and greatest value of a number. */
type Bounds = readonly [number, number];

/** Numbers by name, at any depth; those with a `?` behind their name may be missing. */
interface Numbers {
	readonly [name: string]: Bounds | Numbers;
}

const share = [0, 1] as const;
/** Microseconds: what the kernel counts in 63 bits of nanoseconds. */
const time = [0, 9e15] as const;
const word = [1, 4_294_967_295] as const;
const bits = [1, 8e15] as const;
const chance = { probability: share, correlation: share };

const shapes: Readonly<Record<"netem" | "bucket", Numbers>> = {
	netem: {
		"delay?": { latency: time, jitter: time, correlation: share },
		"reorder?": { ...chance, gap: [0, word[1]] },
		"loss?": chance,
		"duplicate?": chance,
		"corrupt?": chance,
	},
	bucket: { rate: bits, limit: word, buffer: word, "peakrate?": bits, "minburst?": word },
};

/** What is wrong with the numbers of an instruction; `path` is where they stand. */
export function checkNumbers(shape: keyof typeof shapes, value: unknown, path: string): Problem[] {
	return checkAll(shapes[shape], value, path);
}

function checkAll(numbers: Numbers, value: unknown, path: string): Problem[] {
	if (!isObject(value)) return [{ path, message: `${quote(value)} is not an object` }];
	const names = Object.keys(numbers).map((name) => name.replace("?", ""));
	const unknown = Object.keys(value).filter((name) => !names.includes(name));
	return [
		...Object.entries(numbers).flatMap(([key, expected]) => {
			const name = key.replace("?", "");
			const at = `${path}.${name}`;
			if (value[name] === undefined) return key === name ? [{ path: at, message: "missing" }] : [];
			return isBounds(expected) ? checkOne(expected, value[name], at) : checkAll(expected, value[name], at);
		}),
		...unknown.map((name) => ({
			path: `${path}.${name}`,
			message: `is not a known field; these are ${names.join(", ")}`,
		})),
	];
}

function checkOne([least, greatest]: Bounds, value: unknown, path: string): Problem[] {
	if (typeof value === "number" && value >= least && value <= greatest) return [];
	return [{ path, message: `${quote(value)} is not a number from ${least} to ${greatest}` }];
}

function isBounds(expected: Bounds | Numbers): expected is Bounds {
	return Array.isArray(expected);
}
