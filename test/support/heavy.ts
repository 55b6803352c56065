import { it } from "vitest";
import { whole } from "./whole.mts";

/** A test that takes its time, of what others show as well or what seldom breaks: it runs only when all of its tier does. */
export const heavy = it.runIf(whole);
