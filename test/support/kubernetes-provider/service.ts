import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import type {
	CheckRequest,
	ConfigureRequest,
	CreateRequest,
	DeleteRequest,
	DiffRequest,
	ReadRequest,
	UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { type Change, pathText } from "./changes.ts";
import { check } from "./check.ts";
import { checkpointOf } from "./checkpoint.ts";
import { type Configuration, configurationOf, problemsOf, serverOf } from "./configuration.ts";
import { difference } from "./difference.ts";
import { failureOf } from "./failure.ts";
import type { JsonObject } from "./json.ts";
import { create, type Operation, preview, read, remove, update } from "./lifecycle.ts";
import type { Autonaming } from "./naming.ts";
import { ObjectClient } from "./object-client.ts";
import { kindOf } from "./token.ts";
import { revealed, serverSpelling } from "./values.ts";

/** What the service is given by the process around it. */
export interface Surroundings {
	/** The version that the plugin claims: that of the SDK in `node_modules`. */
	version: string;
	/** Called when the stand-in is set up; says on the console what it is. */
	announce: () => Promise<void>;
}

/** Pulumi's provider protocol for Kubernetes objects. What is not here (functions, lists, components) is unimplemented. */
export function kubernetesService({ version, announce }: Surroundings): UntypedServiceImplementation {
	const cancelled = new AbortController();
	let configured: { configuration: Configuration; client: ObjectClient } | undefined;

	const connection = () => {
		if (configured === undefined) throw new Error("the provider is not configured");
		return configured;
	};
	const operation = (request: { getUrn(): string; getTimeout(): number }): Operation => ({
		urn: request.getUrn(),
		timeout: request.getTimeout(),
		signal: cancelled.signal,
	});

	return {
		getPluginInfo: unary(async () => new pluginProto.PluginInfo().setVersion(version)),
		cancel: unary(async () => {
			cancelled.abort();
			return new empty.Empty();
		}),
		checkConfig: unary(async (request: CheckRequest) => {
			const settings = plain(request.getNews());
			return checkResponse(plain(request.getNews()), problemsOf(revealed(settings) as JsonObject));
		}),
		diffConfig: unary(async (request: DiffRequest) =>
			configDifference(plain(request.getOlds()), plain(request.getNews())),
		),
		configure: unary(async (request: ConfigureRequest) => {
			const configuration = configurationOf(settingsOf(request));
			configured = { configuration, client: new ObjectClient(configuration.kubeconfig) };
			await announce();
			return new provider.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
		}),
		check: unary(async (request: CheckRequest) => {
			const { client, configuration } = connection();
			const source = { urn: request.getUrn(), seed: request.getRandomseed_asU8(), autonaming: autonamingOf(request) };
			const old = plain(request.getOlds());
			const checked = await check(
				client,
				configuration,
				plain(request.getNews()),
				isEmpty(old) ? undefined : old,
				source,
			);
			return checkResponse(checked.inputs, checked.failures);
		}),
		diff: unary(async (request: DiffRequest) => {
			kindOf(request.getUrn());
			if (request.getIgnorechangesList().length > 0)
				throw new Error("ignoreChanges is nothing that the stand-in can do");
			const news = serverSpelling(revealed(plain(request.getNews())) as JsonObject);
			const old = checkpointOf(plain(request.getOlds()));
			const { changes, replaces, deleteBeforeReplace } = difference(old, news, connection().configuration.mutable);
			return diffResponse(changes, replaces).setDeletebeforereplace(deleteBeforeReplace);
		}),
		create: unary(async (request: CreateRequest) => {
			const { client } = connection();
			kindOf(request.getUrn());
			const news = plain(request.getProperties());
			const response = new provider.CreateResponse();
			if (request.getPreview()) return response.setProperties(wire(await preview(client, news, request.getUrn())));
			const state = await create(client, news, operation(request));
			return response.setId(state.id).setProperties(wire(state.outputs));
		}),
		read: unary(async (request: ReadRequest) => {
			const { client } = connection();
			const [outputs, inputs] = [plain(request.getProperties()), plain(request.getInputs())];
			const state = await read(client, request.getId(), request.getUrn(), outputs, inputs);
			const response = new provider.ReadResponse().setId(state.id);
			return response.setProperties(wire(state.outputs)).setInputs(wire(state.inputs ?? {}));
		}),
		update: unary(async (request: UpdateRequest) => {
			const { client } = connection();
			const [olds, news] = [plain(request.getOlds()), plain(request.getNews())];
			const response = new provider.UpdateResponse();
			if (request.getPreview())
				return response.setProperties(wire(await preview(client, news, request.getUrn(), olds)));
			return response.setProperties(wire((await update(client, olds, news, operation(request))).outputs));
		}),
		delete: unary(async (request: DeleteRequest) => {
			await remove(connection().client, request.getId(), plain(request.getProperties()), operation(request));
			return new empty.Empty();
		}),
	};
}

function unary<Request, Response>(handle: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> {
	return (call, callback) => {
		handle(call.request).then(
			(response) => callback(null, response),
			(error) => callback(failureOf(error)),
		);
	};
}

function plain(properties: Struct | undefined): JsonObject {
	return (properties?.toJavaScript() ?? {}) as JsonObject;
}

function wire(properties: JsonObject): Struct {
	return struct.Struct.fromJavaScript(properties);
}

function isEmpty(properties: JsonObject): boolean {
	return Object.keys(properties).length === 0;
}

function settingsOf(request: ConfigureRequest): JsonObject {
	const prefix = "kubernetes:config:";
	const entries = request.getVariablesMap().toObject(false, undefined as never) as [string, string][];
	return Object.fromEntries(entries.map(([key, value]) => [key.replace(prefix, ""), value]));
}

function autonamingOf(request: CheckRequest): Autonaming | undefined {
	const options = request.getAutonaming();
	if (options === undefined) return undefined;
	const modes = ["propose", "enforce", "disable"] as const;
	return { mode: modes[options.getMode()] ?? "propose", proposed: options.getProposedName() };
}

function checkResponse(inputs: JsonObject, failures: { property: string; reason: string }[]) {
	const response = new provider.CheckResponse();
	response.setInputs(wire(inputs));
	for (const { property, reason } of failures) {
		const failure = new provider.CheckFailure();
		failure.setProperty(property);
		failure.setReason(reason);
		response.addFailures(failure);
	}
	return response;
}

function diffResponse(changes: Change[], replaces: string[]) {
	const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
	const { Kind } = provider.PropertyDiff;
	const response = new provider.DiffResponse();
	response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
	response.setReplacesList(replaces);
	response.setHasdetaileddiff(true);
	for (const { path, kind } of changes) {
		const text = pathText(path);
		const kinds = {
			add: [Kind.ADD, Kind.ADD_REPLACE],
			delete: [Kind.DELETE, Kind.DELETE_REPLACE],
			update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
		};
		const [inPlace, anew] = kinds[kind] as [provider.PropertyDiff.Kind, provider.PropertyDiff.Kind];
		const entry = new provider.PropertyDiff();
		entry.setKind(replaces.includes(text) ? anew : inPlace);
		entry.setInputdiff(kind === "delete");
		response.getDetaileddiffMap().set(text, entry);
	}
	return response;
}

/** Another API server means other objects: everything is replaced. Any other new setting is taken over in place. */
function configDifference(olds: JsonObject, news: JsonObject) {
	const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
	const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
		(key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
	);
	const moved = serverOf(revealed(olds) as JsonObject) !== serverOf(revealed(news) as JsonObject);
	const response = new provider.DiffResponse();
	response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
	response.setDiffsList(changed);
	response.setReplacesList(moved ? changed.filter((key) => key === "kubeconfig" || key === "context") : []);
	return response;
}
