/** What may follow an option of stress-ng. */
export type OptionValue = "nothing" | "workers" | "number" | "slice" | "percentage" | "size" | "word";

/** Options by their name, without the dashes. */
export type Options = Readonly<Record<string, OptionValue>>;

/**
 * The stressors of stress-ng that may be asked for, each with its own options: those that use up processor time, memory and what
 * the kernel keeps of processes. None of them writes files, opens network connections, runs programs, or ends by itself.
 */
export const stressors: Readonly<Record<string, Options>> = {
	bigheap: { "bigheap-growth": "size" },
	brk: { "brk-notouch": "nothing" },
	bsearch: { "bsearch-size": "number" },
	cache: { "cache-flush": "nothing", "cache-fence": "nothing", "cache-level": "number", "cache-prefetch": "nothing" },
	clone: { "clone-max": "number" },
	context: {},
	cpu: { "cpu-load": "percentage", "cpu-load-slice": "slice", "cpu-method": "word" },
	crypt: {},
	fork: { "fork-max": "number" },
	funccall: { "funccall-method": "word" },
	futex: {},
	hash: { "hash-method": "word" },
	heapsort: { "heapsort-size": "number" },
	hsearch: { "hsearch-size": "number" },
	icache: {},
	longjmp: {},
	lsearch: { "lsearch-size": "number" },
	malloc: { "malloc-bytes": "size", "malloc-max": "number", "malloc-thresh": "size" },
	matrix: { "matrix-method": "word", "matrix-size": "number", "matrix-yx": "nothing" },
	"matrix-3d": { "matrix-3d-method": "word", "matrix-3d-size": "number", "matrix-3d-zyx": "nothing" },
	mcontend: {},
	memcpy: { "memcpy-method": "word" },
	memrate: { "memrate-bytes": "size", "memrate-rd-mbs": "number", "memrate-wr-mbs": "number" },
	memthrash: { "memthrash-method": "word" },
	mergesort: { "mergesort-size": "number" },
	nop: {},
	pipe: { "pipe-data-size": "size", "pipe-size": "size" },
	pthread: { "pthread-max": "number" },
	qsort: { "qsort-size": "number" },
	radixsort: { "radixsort-size": "number" },
	sem: { "sem-procs": "number" },
	skiplist: { "skiplist-size": "number" },
	str: { "str-method": "word" },
	stream: { "stream-l3-size": "size" },
	switch: { "switch-freq": "number" },
	tree: { "tree-method": "word", "tree-size": "number" },
	tsc: {},
	tsearch: { "tsearch-size": "number" },
	vecmath: {},
	vm: {
		"vm-bytes": "size",
		"vm-hang": "number",
		"vm-keep": "nothing",
		"vm-locked": "nothing",
		"vm-method": "word",
		"vm-populate": "nothing",
	},
	wcs: { "wcs-method": "word" },
	yield: {},
	zlib: { "zlib-level": "number", "zlib-method": "word" },
};

/** All of them: how many workers of each stressor, and the options of each. */
export const everyOption: Options = Object.fromEntries(
	Object.entries(stressors).flatMap(([name, options]) => [[name, "workers"] as const, ...Object.entries(options)]),
);

/** Options of the stressor `cpu` that no field says. */
export const cpuOptions: Options = { "cpu-load-slice": "slice", "cpu-method": "word" };
