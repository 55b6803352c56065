import fc from "fast-check";
import { expect, it } from "vitest";
import { cgroupsIn } from "../../../faults/node/cgroups.ts";
import { secondsIn } from "../../../faults/stress/marked.ts";
import { growthOf, problemOf, wordsOf } from "../../../faults/stress/options.ts";
import { stressngText } from "../../../faults/stress/stressng-text.ts";
import { everyOption } from "../../../faults/stress/stressors.ts";
import { always, spoiled, texts } from "../../support/properties.ts";

it("words that are let through name known options only, and nothing that a program could take for another", () => {
	const some = fc.constantFrom("--cpu", "--vm", "--vm-bytes=1m", "1", "50%", "--timeout", "--hdd", "-t", "", "--cpu=1");
	always(
		fc.oneof(
			fc.array(some, { maxLength: 5 }).map((words) => words.join(" ")),
			texts("-cpuvm =1%;$(\n"),
		),
		(text) => {
			const right = problemOf(wordsOf(text), everyOption) === undefined;
			expect(stressngText.accepts(text)).toBe(stressngText.why?.(text) === undefined || text === "");
			if (!right) return;
			const names = text.match(/(?<=^|\s)--[a-z0-9-]+/g) ?? [];
			expect(names.every((name) => Object.hasOwn(everyOption, name.slice(2)))).toBe(true);
			expect(wordsOf(text).every((word) => /^(--)?[A-Za-z0-9%=-]+$/.test(word))).toBe(true);
		},
	);
});

it("how long memory takes to be taken is a number of seconds, or what is wrong", () => {
	always(fc.array(texts("-time=0123456789smh "), { maxLength: 3 }), (words) => {
		const growth = growthOf(words);
		expect(typeof growth === "number" ? growth >= 0 : words.length > growth.index).toBe(true);
	});
});

it("what /proc says of a process is read, whatever it is", () => {
	const cgroup = "12:memory:/pod/c\n0::/pod/c\n32 31 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup rw,nsdelegate";
	always(spoiled(cgroup), (text) => cgroupsIn(text).every(({ path }) => path.startsWith("/")));
	const fields = ["S", ...Array.from({ length: 40 }, (_, index) => index)].join(" ");
	always(
		fc.string({ unit: "binary", maxLength: 16 }),
		(name) => secondsIn(`1 (${name}) ${fields}`) === (10 + 11 + 12 + 13) / 100,
	);
});
