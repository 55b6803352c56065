import type { NamedHost } from "../../api/plan.ts";

/** What a name stands for now. */
export interface Found {
	/** At least one, each with a port when only that is meant. */
	addresses: string[];
	/** How long this may be taken for the truth, ms. */
	freshMs: number;
	/** How long an address that is not among them any more stays: some answers name only a part, and connections last. */
	keptMs: number;
	/** More addresses may stand behind the name than could be asked for. */
	partial?: boolean;
}

/** Looks a name up. Throws an Error that says why it stands for nothing, and what to do. */
export type LookUp = (host: Pick<NamedHost, "name" | "port">) => Promise<Found>;
