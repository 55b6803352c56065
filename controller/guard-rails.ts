import type { Rails } from "../guard-rails/judge.ts";
import { type GuardRailsObject, guardRailsPath, railsOf } from "../guard-rails/object.ts";
import { InForce, type InForceOptions } from "./in-force.ts";

/** The guard rails of the cluster, by name. When they change, what was refused may be allowed. */
export class GuardRails extends InForce<GuardRailsObject, readonly Rails[]> {
	constructor(options: InForceOptions) {
		super(options, {
			path: guardRailsPath,
			read: (objects) => objects.map(railsOf).sort((a, b) => (a.title < b.title ? -1 : 1)),
			tell: (now) => {
				options.log.info("guard rails have changed", { inForce: now.map(({ title }) => title) });
				return true;
			},
		});
	}
}
