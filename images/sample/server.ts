/**
 * One server of the sample application. `GET /` asks the server at `NEXT` (host:port of a Service; none for the last role)
 * and answers with the time of each hop, status 502 when one failed; `GET /whoami` answers by itself.
 */
import { createServer } from "node:http";
import { answerChain, type Next } from "./chain.ts";
import { port, self } from "./identity.ts";

function nextFrom(hostAndPort: string | undefined): Next | undefined {
	if (hostAndPort === undefined) return undefined;
	const { hostname, port } = new URL(`http://${hostAndPort}`);
	return { host: hostname, port: Number(port), timeoutMs: Number(process.env["TIMEOUT_MS"] ?? 2000) };
}

const next = nextFrom(process.env["NEXT"]);

const server = createServer(async (request, response) => {
	const send = (status: number, body: unknown) => {
		response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
	};
	if (request.url === "/whoami") send(200, self);
	else if (request.url === "/") {
		const answer = await answerChain(self, next);
		send(answer.ok ? 200 : 502, answer);
	} else send(404, { error: `nothing at ${request.url}; there are / and /whoami` });
});

// Without a host Node listens on IPv6 and IPv4 alike, or on IPv4 alone where there is no other.
server.listen(port, () => console.log(`${self.role} ${self.pod} listens on port ${port}`));

// The first process of a container gets no default handler: without one it would live until it is killed.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));
