import type { ApiServer } from "./api-server.ts";
import type { Term } from "./term.ts";

/** The API server as a leader uses it. */
export type FencedServer = Pick<ApiServer, "get" | "post" | "put" | "patch" | "delete">;

/** The API server for what is done in a term: writes throw NotLeading once that is over. */
export function fenced(server: ApiServer, term: Term): FencedServer {
	const write =
		<A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
		async (...args: A): Promise<T> => {
			term.check();
			return method.apply(server, args);
		};
	return {
		get: (path, query) => server.get(path, query),
		post: write(server.post) as ApiServer["post"],
		put: write(server.put) as ApiServer["put"],
		patch: write(server.patch) as ApiServer["patch"],
		delete: write(server.delete) as ApiServer["delete"],
	};
}
