import * as pulumi from "@pulumi/pulumi";

interface NoteInputs {
	file: string;
	text: string;
}

/** Keeps one file. Its methods load what they use, since only their text reaches the plugin. */
const keeper: pulumi.dynamic.ResourceProvider<NoteInputs, NoteInputs> = {
	async create(inputs) {
		const { writeFileSync } = require("node:fs") as typeof import("node:fs");
		writeFileSync(inputs.file, inputs.text);
		return { id: inputs.file, outs: inputs };
	},
	async read(id, state) {
		const { existsSync, readFileSync } = require("node:fs") as typeof import("node:fs");
		if (!existsSync(id) || state === undefined) return { id: "", props: { file: id, text: "" } };
		return { id, props: { ...state, text: readFileSync(id, "utf8") } };
	},
	async diff(_id, olds, news) {
		return { changes: olds.text !== news.text };
	},
	async update(id, _olds, inputs) {
		const { writeFileSync } = require("node:fs") as typeof import("node:fs");
		writeFileSync(id, inputs.text);
		return { outs: inputs };
	},
	async delete(id) {
		const { rmSync } = require("node:fs") as typeof import("node:fs");
		rmSync(id, { force: true });
	},
};

class Note extends pulumi.dynamic.Resource {
	declare readonly text: pulumi.Output<string>;
	constructor(name: string, inputs: NoteInputs) {
		super(keeper, name, inputs);
	}
}

const config = new pulumi.Config();
export const text = new Note("note", { file: config.require("file"), text: config.require("text") }).text;
