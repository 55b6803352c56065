import { type EmergencyStop, emergencyStopKind, emergencyStopsPath } from "../api/emergency-stop.ts";
import { InForce, type InForceOptions } from "./in-force.ts";

/** The emergency stops of the cluster: which is in force, and why, as `EmergencyStop "night": the shop is down`; undefined: none. */
export class EmergencyStops extends InForce<EmergencyStop, string | undefined> {
	constructor(options: InForceOptions) {
		super(options, {
			path: emergencyStopsPath,
			read: inWords,
			tell: (now, before) => {
				if (now === before) return false;
				options.log.warn(now === undefined ? "the emergency stop was lifted" : "an emergency stop is on", {
					stop: now ?? before,
				});
				return true;
			},
		});
	}
}

function inWords(stops: readonly EmergencyStop[]): string | undefined {
	const each = stops.map(({ metadata, spec }) => {
		const reason = spec?.reason ? `: ${spec.reason}` : "";
		return `${emergencyStopKind} ${JSON.stringify(metadata.name)}${reason}`;
	});
	return each.length === 0 ? undefined : each.sort().join("; ");
}
