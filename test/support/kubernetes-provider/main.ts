/** The plugin's process: serves the provider protocol on a port of its own and prints that port, as the engine expects. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { EngineLog } from "./engine-log.ts";
import { kubernetesService } from "./service.ts";

const announcement =
	"this is not the plugin pulumi-resource-kubernetes but the tests' stand-in for it, because the real one can't be had here";

const sdk = createRequire(import.meta.url).resolve("@pulumi/kubernetes/package.json");
const { version } = JSON.parse(readFileSync(sdk, "utf8")) as { version: string };

const [engineAddress] = process.argv.slice(2);
let announce = async () => {
	console.error(announcement);
};
if (engineAddress !== undefined) {
	const engine = new EngineLog(engineAddress);
	announce = () => engine.info(announcement);
	// Nobody would ask for anything any more; without this a killed CLI leaves a process behind.
	engine.onLost(() => process.exit(0));
}
// One process serves one provider at a time, but may be set up again.
let announced: Promise<void> | undefined;
const service = kubernetesService({
	version,
	announce: () => {
		announced ??= announce();
		return announced;
	},
});

// State is as large as the objects are; the default of 4 MB is too little for lists of definitions.
const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(providerService.ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
	if (error !== null) throw error;
	console.log(String(port));
});
