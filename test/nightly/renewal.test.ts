import { it } from "vitest";
import { callThroughRenewals } from "../cluster/renewal.ts";

it("the webhooks answer every call while certificates of a minute and their authority are renewed", () =>
	callThroughRenewals({ authorityMs: 240_000, leafMs: 60_000 }));
