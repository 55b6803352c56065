import { clusterLayout } from "../../tools/cluster/layout.ts";

/** A cluster of these tests' own, which lives beside the one that other tests share. */
export const layout = clusterLayout("lifecycle", 7);
