import { expect, it } from "vitest";
import { kebab, pascal, singular } from "../../../tools/generate/names.ts";

it.each([
	["pod-kill", "PodKill"],
	["podChaos", "PodChaos"],
	["Serial", "Serial"],
])("capitalises %s", (name, expected) => expect(pascal(name)).toBe(expected));

it.each([
	["PodChaos", "pod-chaos"],
	["IOChaos", "io-chaos"],
	["HTTPChaos", "http-chaos"],
	["Schedule", "schedule"],
	["StatusCheck", "status-check"],
])("names the file of %s", (kind, expected) => expect(kebab(kind)).toBe(expected));

it.each([
	["stressors", "stressor"],
	["branches", "branch"],
	["address", "address"],
	["cpu", "cpu"],
])("names one of %s", (plural, expected) => expect(singular(plural)).toBe(expected));
