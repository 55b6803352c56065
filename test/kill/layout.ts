import { clusterLayout } from "../../tools/cluster/layout.ts";

/** A cluster of the kill matrix's own: its API server, runtimes and nodes are killed too. */
export const layout = clusterLayout("kill", 6);

/** How long its nodes keep faults without a word from a leader. */
export const leaseSeconds = 30;
