import { heavy } from "../support/heavy.ts";
import { callThroughRenewals } from "./renewal.ts";

heavy("the webhooks answer every call while certificates and authority are renewed", () =>
	callThroughRenewals({ authorityMs: 36_000, leafMs: 12_000 }),
);
