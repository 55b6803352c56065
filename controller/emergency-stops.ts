import { type EmergencyStop, emergencyStopKind, emergencyStopsPath } from "../api/emergency-stop.ts";
import type { Log } from "../api/log.ts";
import type { ApiServer } from "./api-server.ts";
import { Reflector } from "./reflector.ts";

/** What the cluster's emergency stops need. */
export interface EmergencyStopsOptions {
	server: Pick<ApiServer, "get" | "watch">;
	log: Log;
	/** Called when `inForce` says something else than before. */
	onChange: () => void;
}

/** The emergency stops of the cluster. */
export class EmergencyStops {
	readonly #stops: Reflector<EmergencyStop>;
	#inForce: string | undefined;

	constructor({ server, log, onChange }: EmergencyStopsOptions) {
		this.#stops = new Reflector<EmergencyStop>({
			server,
			path: emergencyStopsPath,
			log,
			// A cluster whose installation does not know of them has none.
			maybeMissing: true,
			onChange: () => {
				const before = this.#inForce;
				this.#inForce = inWords([...this.#stops.all()]);
				if (this.#inForce === before) return;
				log.warn(this.#inForce === undefined ? "the emergency stop was lifted" : "an emergency stop is on", {
					stop: this.#inForce ?? before,
				});
				onChange();
			},
		});
	}

	/** Which stop is in force, and why: `EmergencyStop "night": the shop is down`; undefined: none. */
	get inForce(): string | undefined {
		return this.#inForce;
	}

	/** Whether it is known if there is one. */
	get synced(): boolean {
		return this.#stops.synced;
	}

	/** Begins to look; `onSynced` is called once it is known whether there is one. */
	start(onSynced: () => void): void {
		this.#stops.start(onSynced);
	}

	/** Ends. */
	stop(): Promise<void> {
		return this.#stops.stop();
	}
}

function inWords(stops: readonly EmergencyStop[]): string | undefined {
	const each = stops.map(({ metadata, spec }) => {
		const reason = spec?.reason ? `: ${spec.reason}` : "";
		return `${emergencyStopKind} ${JSON.stringify(metadata.name)}${reason}`;
	});
	return each.length === 0 ? undefined : each.sort().join("; ");
}
