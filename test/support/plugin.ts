import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import grpc, { type ServiceError } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
	CheckResponse,
	CreateResponse,
	DiffResponse,
	ReadResponse,
	UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { standInFolder } from "../../tools/pulumi/kubernetes-plugin.ts";

type Properties = Record<string, unknown>;

/** What the engine keeps of a resource. */
export interface State {
	id: string;
	outputs: Properties;
	inputs: Properties;
}

/** The stand-in as a process of its own, and its protocol as functions over plain objects. */
export class Plugin {
	readonly process: ChildProcess;
	readonly stderr: string[] = [];
	private readonly client: InstanceType<typeof providerService.ResourceProviderClient>;

	private constructor(child: ChildProcess, port: string) {
		this.process = child;
		this.client = new providerService.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
	}

	/** Starts it as the engine does: by its launcher, with the engine's address, waiting for the port on its first line. */
	static async start(...processArguments: string[]): Promise<Plugin> {
		const path = `${standInFolder}/pulumi-resource-kubernetes`;
		const child = spawn(path, processArguments, { stdio: ["ignore", "pipe", "pipe"] });
		const [port] = (await once(createInterface(child.stdout), "line")) as [string];
		const plugin = new Plugin(child, port);
		child.stderr.setEncoding("utf8").on("data", (text: string) => plugin.stderr.push(text));
		return plugin;
	}

	/** Ends it. */
	async stop(): Promise<void> {
		this.client.close();
		if (this.process.exitCode !== null) return;
		this.process.kill("SIGKILL");
		await once(this.process, "exit");
	}

	/** Its version. */
	async version(): Promise<string> {
		return (await answered<PluginInfo>((done) => this.client.getPluginInfo(new empty.Empty(), done))).getVersion();
	}

	/** Sets it up with string settings, as the engine passes them. */
	async configure(settings: Record<string, string>): Promise<void> {
		const request = new provider.ConfigureRequest();
		for (const [name, value] of Object.entries(settings)) {
			request.getVariablesMap().set(`kubernetes:config:${name}`, value);
		}
		await answered((done) => this.client.configure(request, done));
	}

	/** Checks the settings of a provider resource. */
	async checkConfig(news: Properties): Promise<{ property: string; reason: string }[]> {
		const request = new provider.CheckRequest().setNews(wire(news));
		return (await answered<CheckResponse>((done) => this.client.checkConfig(request, done))).toObject().failuresList;
	}

	/** Compares the settings of a provider resource. */
	async diffConfig(olds: Properties, news: Properties): Promise<{ changes: number; replacesList: string[] }> {
		const request = new provider.DiffRequest().setOlds(wire(olds)).setNews(wire(news));
		return (await answered<DiffResponse>((done) => this.client.diffConfig(request, done))).toObject();
	}

	/** Checks the inputs of a resource. */
	async check(urn: string, news: Properties): Promise<{ inputs: Properties; failures: string[] }> {
		const request = new provider.CheckRequest().setUrn(urn).setNews(wire(news));
		const response = await answered<CheckResponse>((done) => this.client.check(request, done));
		const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
		return { inputs: plain(response.getInputs()), failures };
	}

	/** Compares the outputs of a resource with its new inputs. */
	async diff(urn: string, olds: Properties, news: Properties): Promise<DiffResponse> {
		const request = new provider.DiffRequest().setId("x").setUrn(urn).setOlds(wire(olds)).setNews(wire(news));
		return await answered<DiffResponse>((done) => this.client.diff(request, done));
	}

	/** Creates a resource, waiting for at most `timeout` seconds. */
	async create(urn: string, properties: Properties, timeout = 60): Promise<State> {
		const request = new provider.CreateRequest().setUrn(urn).setProperties(wire(properties)).setTimeout(timeout);
		const response = await answered<CreateResponse>((done) => this.client.create(request, done));
		return { id: response.getId(), outputs: plain(response.getProperties()), inputs: properties };
	}

	/** Changes a resource. */
	async update(urn: string, id: string, olds: Properties, news: Properties): Promise<Properties> {
		const request = new provider.UpdateRequest().setUrn(urn).setId(id).setOlds(wire(olds)).setNews(wire(news));
		return plain((await answered<UpdateResponse>((done) => this.client.update(request, done))).getProperties());
	}

	/** Reads a resource; without outputs and inputs it is an import. */
	async read(urn: string, id: string, outputs: Properties = {}, inputs: Properties = {}): Promise<State> {
		const request = new provider.ReadRequest().setUrn(urn).setId(id);
		request.setProperties(wire(outputs)).setInputs(wire(inputs));
		const response = await answered<ReadResponse>((done) => this.client.read(request, done));
		return { id: response.getId(), outputs: plain(response.getProperties()), inputs: plain(response.getInputs()) };
	}

	/** Deletes a resource, waiting for at most `timeout` seconds. */
	async delete(urn: string, id: string, outputs: Properties, timeout = 60): Promise<void> {
		const request = new provider.DeleteRequest().setUrn(urn).setId(id).setProperties(wire(outputs)).setTimeout(timeout);
		await answered((done) => this.client.delete(request, done));
	}

	/** Calls a function. */
	async invoke(token: string): Promise<void> {
		const request = new provider.InvokeRequest().setTok(token);
		await answered((done) => this.client.invoke(request, done));
	}
}

/** The URN of a resource of a type token. */
export function urnOf(token: string, name = "thing"): string {
	return `urn:pulumi:test::project::parent:index:Parent$${token}::${name}`;
}

function plain(properties: Struct | undefined): Properties {
	return properties?.toJavaScript() ?? {};
}

function wire(properties: Properties) {
	return struct.Struct.fromJavaScript(properties as Parameters<typeof struct.Struct.fromJavaScript>[0]);
}

function answered<T>(call: (done: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
	return new Promise((resolve, reject) => {
		call((error, response) => (error === null ? resolve(response) : reject(error)));
	});
}
