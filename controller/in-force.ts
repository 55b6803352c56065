import type { Log } from "../api/log.ts";
import type { KubeObject } from "../selection/pod.ts";
import type { ApiServer } from "./api-server.ts";
import { Reflector } from "./reflector.ts";

/** What following objects that hold while they are there needs. */
export interface InForceOptions {
	server: Pick<ApiServer, "get" | "watch">;
	log: Log;
	/** Called when something else is in force than before. */
	onChange: () => void;
}

/** What one kind of such objects is read from, and what is read from them. */
interface Reading<T, Content> {
	/** Path of all of them. */
	path: string;
	read: (objects: readonly T[]) => Content;
	/** Writes a change to the log; says whether there is one. */
	tell: (now: Content, before: Content) => boolean;
}

/** What objects of our own group say, which holds for as long as they are there. */
export abstract class InForce<T extends KubeObject, Content> {
	readonly #objects: Reflector<T>;
	#content: Content;

	protected constructor({ server, log, onChange }: InForceOptions, { path, read, tell }: Reading<T, Content>) {
		this.#content = read([]);
		this.#objects = new Reflector<T>({
			server,
			path,
			log,
			// A cluster whose installation does not know of them has none.
			maybeMissing: true,
			onChange: () => {
				const before = this.#content;
				this.#content = read([...this.#objects.all()]);
				if (tell(this.#content, before)) onChange();
			},
		});
	}

	/** What they say. */
	get inForce(): Content {
		return this.#content;
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
