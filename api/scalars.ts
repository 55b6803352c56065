type Unit = "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h";
type Part = `${number}${Unit}`;

/** A length of time in Go's format: numbers with units, such as `90s` or `1h30m`; at most three of them. */
export type Duration = Part | `${Part}${Part}` | `${Part}${Part}${Part}`;

type Phase = "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";

/** A phase of a pod's life, or one with `!` before it: any other. */
export type PodPhaseSelector = Phase | `!${Phase}`;
