import grpc, { type ServiceError } from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { InitFailed } from "./lifecycle.ts";

/** An error in the form in which gRPC carries it; with the object's state when it exists and is not ready. */
export function failureOf(error: unknown): Partial<ServiceError> {
	const message = error instanceof Error ? error.message : String(error);
	const metadata = new grpc.Metadata();
	if (error instanceof InitFailed) metadata.add("grpc-status-details-bin", Buffer.from(details(error)));
	return { code: grpc.status.UNKNOWN, details: message, message, metadata };
}

function details({ message, state, reasons }: InitFailed): Uint8Array {
	const failed = new provider.ErrorResourceInitFailed();
	failed.setId(state.id);
	failed.setProperties(struct.Struct.fromJavaScript(state.outputs));
	if (state.inputs !== undefined) failed.setInputs(struct.Struct.fromJavaScript(state.inputs));
	failed.setReasonsList([message, ...reasons]);
	const packed = new anyProto.Any();
	packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
	const status = new statusProto.Status();
	status.setCode(grpc.status.UNKNOWN);
	status.setMessage(message);
	status.addDetails(packed);
	return status.serializeBinary();
}
