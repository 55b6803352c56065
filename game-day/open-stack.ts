import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { quote } from "../api/problem.ts";
import { fewOf } from "../api/wording.ts";
import type { Standpoint } from "../provider/cluster/source.ts";
import type { Plan } from "./options.ts";
import { PulumiCli, PulumiFailed } from "./pulumi-cli.ts";
import { shellWord } from "./shell.ts";

/** What is told of what Pulumi's engine does. */
export type Hear = (event: EngineEvent) => void;

/** The stack of a game day, as the Automation API has it. */
export class OpenStack {
	readonly name: string;
	readonly project: string;
	readonly folder: string;
	/** From where the program's references to clusters are looked up. */
	readonly standpoint: Standpoint;
	readonly cli: PulumiCli;
	private readonly stack: Stack;
	private readonly configFile: string | undefined;

	private constructor(stack: Stack, cli: PulumiCli, project: { name: string; main?: string }, given: Plan) {
		this.stack = stack;
		this.cli = cli;
		this.name = given.stack;
		this.project = project.name;
		this.folder = given.folder;
		this.configFile = given.configFile;
		this.standpoint = {
			folder: programFolder(given.folder, project.main),
			environment: { ...process.env, ...given.environment },
		};
	}

	/** Finds the stack; that of an inline program is made when there is none. Sets what configuration is given. */
	static async open(given: Plan): Promise<OpenStack> {
		const { folder, environment, program, project, config } = given;
		const hasProject = ["yaml", "yml", "json"].some((ending) => existsSync(join(folder, `Pulumi.${ending}`)));
		if (!program && !hasProject) {
			throw new Error(`folder: ${quote(folder)} has no Pulumi.yaml; name that of the Pulumi program`);
		}
		const cli = await PulumiCli.find(environment);
		// What the Automation API would write names the current folder as that of the program.
		const written = program && !hasProject && { projectSettings: { name: project, runtime: "nodejs" } };
		const settings = { workDir: folder, envVars: environment, pulumiCommand: cli, ...written };
		const stackName = given.stack;
		const select = (): Promise<Stack> =>
			program
				? LocalWorkspace.selectStack({ stackName, projectName: project, program }, settings)
				: LocalWorkspace.selectStack({ stackName, workDir: folder }, settings);
		const stack = await select().catch((error: unknown) => {
			if (!(error instanceof PulumiFailed) || !error.noStack) throw error;
			if (program) return LocalWorkspace.createStack({ stackName, projectName: project, program }, settings);
			throw new Error(`stack: there is no stack ${quote(stackName)}; make it with "pulumi stack init ${stackName}"`);
		});
		if (config) await stack.setAllConfig(config);
		return new OpenStack(stack, cli, await stack.workspace.projectSettings(), given);
	}

	/** Rejects when the stack holds something: it would be destroyed at the end. */
	async requireEmpty(): Promise<void> {
		const { deployment } = await this.stack.exportStack();
		const resources = (deployment as { resources?: { urn: string; type: string }[] } | undefined)?.resources ?? [];
		const own = resources.filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"));
		if (own.length === 0) return;
		const names = own.map(({ type, urn }) => `${type.split(":").at(-1)} ${quote(urn.split("::").at(-1))}`);
		throw new Error(
			`stack: ${quote(this.name)} holds ${fewOf(names, 5)}, which the recovery would destroy; use a stack of its own for a game day, ` +
				'or run "pulumi destroy" when they are left of another one',
		);
	}

	/** @param plan - the file to save it in */
	async preview(onEvent: Hear, signal: AbortSignal, plan?: string): Promise<void> {
		const more = { signal, ...(plan !== undefined && { plan }) };
		await listened(onEvent, (hear) => this.stack.preview({ ...this.common(), ...more, onEvent: hear }));
	}

	/** @param plan - the file of the plan that it must not depart from */
	async up(onEvent: Hear, signal: AbortSignal, plan?: string): Promise<void> {
		const more = { signal, ...(plan !== undefined && { plan }) };
		await listened(onEvent, (hear) => this.stack.up({ ...this.common(), ...more, onEvent: hear }));
	}

	async destroy(onEvent: Hear): Promise<void> {
		await listened(onEvent, (hear) => this.stack.destroy({ ...this.common(), onEvent: hear }));
	}

	/** Takes away the lock that a killed run has left. */
	async unlock(): Promise<void> {
		await this.stack.cancel();
		this.cli.killed = false;
	}

	/** The command line, for a shell, by which a user does something to the stack. */
	readonly command = (operation: string): string => {
		const settings = operation === "destroy" && this.configFile !== undefined ? ["--config-file", this.configFile] : [];
		return ["pulumi", operation, "--stack", this.name, "--cwd", this.folder, ...settings].map(shellWord).join(" ");
	};

	private common(): { color: "never"; message: string; suppressOutputs: true; configFile?: string } {
		const { configFile } = this;
		// Outputs of a stack may be secrets of somebody.
		return {
			color: "never",
			message: "game day",
			suppressOutputs: true,
			...(configFile !== undefined && { configFile }),
		};
	}
}

/** Runs Pulumi, and notes on its failure whether the engine had got to a resource by then. */
async function listened(onEvent: Hear, run: (hear: Hear) => Promise<unknown>): Promise<void> {
	let begun = false;
	const hear: Hear = (event) => {
		begun ||= event.resourcePreEvent !== undefined;
		onEvent(event);
	};
	try {
		await run(hear);
	} catch (error) {
		if (error instanceof PulumiFailed) error.begun = begun;
		throw error;
	}
}

/** Where Pulumi runs a program: `main` of its Pulumi.yaml may name a folder, or a file of one. */
function programFolder(folder: string, main: string | undefined): string {
	if (main === undefined) return folder;
	const place = resolve(folder, main);
	return statSync(place, { throwIfNoEntry: false })?.isDirectory() === false ? dirname(place) : place;
}
