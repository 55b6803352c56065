import { it } from "vitest";
import { callThroughRenewals } from "./renewal.ts";

it("the webhooks answer every call while certificates and authority are renewed", () =>
	callThroughRenewals({ authorityMs: 24_000, leafMs: 6000 }));
