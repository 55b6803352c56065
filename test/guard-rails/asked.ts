import type { FaultKind } from "../../api/kind.ts";
import { networkChaos } from "../../faults/network/spec.ts";
import type { Asked } from "../../guard-rails/asked.ts";

/** What stands for a value that is not known yet. */
export const unknown = "not known yet";

/** Somebody asks for a partition in the namespace `shop`, on Thursday, 2026-01-01, 12:00 UTC. */
export function asked(spec: object = {}, more: Partial<Asked> = {}): Asked {
	return {
		kind: networkChaos as FaultKind,
		namespace: "shop",
		spec: { action: "partition", mode: "all", selector: { labelSelectors: { app: "web" } }, duration: "5m", ...spec },
		annotations: {},
		begins: Date.parse("2026-01-01T12:00:00Z"),
		defaultDurationMs: 3_600_000,
		isUnknown: (value) => value === unknown,
		...more,
	};
}
