import { request } from "node:http";

/** The status and body of an answer. */
export interface Answer {
	status: number;
	body: string;
}

/**
 * `GET` over a new connection, because one that is already established may outlive a fault that stops new ones. Rejects when
 * the whole answer is not there after `timeoutMs`, or with the error of the connection.
 */
export function get(host: string, port: number, path: string, timeoutMs: number): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const call = request({ host, port, path, agent: false, headers: { connection: "close" } }, (response) => {
			let body = "";
			response.setEncoding("utf8");
			response.on("data", (text: string) => {
				body += text;
			});
			response.on("error", fail);
			response.on("end", () => {
				clearTimeout(timer);
				resolve({ status: response.statusCode ?? 0, body });
			});
		});
		const timer = setTimeout(() => call.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
		const fail = (error: Error) => {
			clearTimeout(timer);
			reject(error);
		};
		call.on("error", fail);
		call.end();
	});
}
