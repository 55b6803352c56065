import { it } from "vitest";
import { callThroughRenewals } from "./renewal.ts";

it("the webhooks answer every call while certificates and authority are renewed", () =>
	callThroughRenewals({ authorityMs: 36_000, leafMs: 12_000 }));
