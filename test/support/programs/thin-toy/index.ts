import * as pulumi from "@pulumi/pulumi";
import { NetworkChaos } from "pulumi-chaos";

interface CallInputs {
	/** File that a line is added to at each call: method and type of the handler of that name. */
	file: string;
	text: string;
	/** Whether the program itself found the package. */
	program: string;
}

/** As thin as the provider of the package: only text, which finds everything where it runs. */
const thin: pulumi.dynamic.ResourceProvider<CallInputs, CallInputs> = {
	async check(_olds, news) {
		require("node:fs").appendFileSync(news.file, `check ${typeof require("pulumi-chaos/handlers").check}\n`);
		return { inputs: news, failures: [] };
	},
	async diff(_id, olds, news) {
		require("node:fs").appendFileSync(news.file, `diff ${typeof require("pulumi-chaos/handlers").diff}\n`);
		return { changes: olds.text !== news.text };
	},
	async create(inputs) {
		require("node:fs").appendFileSync(inputs.file, `create ${typeof require("pulumi-chaos/handlers").create}\n`);
		return { id: inputs.file, outs: inputs };
	},
	async read(id, props) {
		require("node:fs").appendFileSync(id, `read ${typeof require("pulumi-chaos/handlers").read}\n`);
		return props === undefined ? { id } : { id, props };
	},
	async update(id, _olds, news) {
		require("node:fs").appendFileSync(id, `update ${typeof require("pulumi-chaos/handlers").update}\n`);
		return { outs: news };
	},
	async delete(id) {
		require("node:fs").appendFileSync(id, `delete ${typeof require("pulumi-chaos/handlers").delete}\n`);
	},
};

class Call extends pulumi.dynamic.Resource {
	constructor(name: string, inputs: CallInputs) {
		super(thin, name, inputs);
	}
}

const config = new pulumi.Config();
new Call("call", { file: config.require("file"), text: config.require("text"), program: typeof NetworkChaos });
