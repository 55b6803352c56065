import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";

/** The engine that started this plugin. */
export class EngineLog {
	private readonly client: InstanceType<typeof engineService.EngineClient>;

	constructor(address: string) {
		this.client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
	}

	/** Shows a line on the console, below the update. Waits until the engine has it. */
	info(message: string): Promise<void> {
		const request = new engine.LogRequest();
		request.setSeverity(engine.LogSeverity.INFO);
		request.setMessage(message);
		return new Promise((resolve, reject) => {
			this.client.log(request, (error) => (error === null ? resolve() : reject(error)));
		});
	}

	/** Calls `lost` when the engine is not there any more. */
	onLost(lost: () => void): void {
		const channel = this.client.getChannel();
		const follow = (state: grpc.connectivityState) => {
			channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
				const next = channel.getConnectivityState(true);
				if (state === grpc.connectivityState.READY) lost();
				else follow(next);
			});
		};
		follow(channel.getConnectivityState(true));
	}
}
