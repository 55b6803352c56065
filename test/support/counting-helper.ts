/** A helper that counts, for the tests of helpers: busy while its count is not zero. */
import { serveHelper } from "../../faults/node/helper-server.ts";

let count = 0;

serveHelper(
	process.argv[2] ?? "",
	{
		answer: (question) => {
			const { add } = question as { add?: number };
			if (add === undefined) throw new Error("question.add: missing");
			count += add;
			return { pid: process.pid, count };
		},
		isBusy: () => count !== 0,
		end: () => {
			count = 0;
		},
	},
	500,
);
