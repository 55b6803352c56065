import type { Log } from "../api/log.ts";
import type { Rails } from "../guard-rails/judge.ts";
import { type GuardRailsObject, guardRailsPath, railsOf } from "../guard-rails/object.ts";
import type { ApiServer } from "./api-server.ts";
import { Reflector } from "./reflector.ts";

/** What the cluster's guard rails need. */
export interface GuardRailsOptions {
	server: Pick<ApiServer, "get" | "watch">;
	log: Log;
	/** Called when there are others than before: what was refused may be allowed now. */
	onChange: () => void;
}

/** The guard rails of the cluster. */
export class GuardRails {
	readonly #objects: Reflector<GuardRailsObject>;
	#inForce: readonly Rails[] = [];

	constructor({ server, log, onChange }: GuardRailsOptions) {
		this.#objects = new Reflector<GuardRailsObject>({
			server,
			path: guardRailsPath,
			log,
			// A cluster whose installation does not know of them has none.
			maybeMissing: true,
			onChange: () => {
				const all = [...this.#objects.all()].map(railsOf);
				this.#inForce = all.sort((a, b) => (a.title < b.title ? -1 : 1));
				log.info("guard rails have changed", { inForce: this.#inForce.map(({ title }) => title) });
				onChange();
			},
		});
	}

	/** Those that hold, by name. */
	get inForce(): readonly Rails[] {
		return this.#inForce;
	}

	/** Whether it is known which there are. */
	get synced(): boolean {
		return this.#objects.synced;
	}

	/** Begins to look; `onSynced` is called once it is known which there are. */
	start(onSynced: () => void): void {
		this.#objects.start(onSynced);
	}

	/** Ends. */
	stop(): Promise<void> {
		return this.#objects.stop();
	}
}
