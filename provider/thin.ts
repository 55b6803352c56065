import type { dynamic } from "@pulumi/pulumi";

/**
 * The provider of all our dynamic resources. The text of these methods is written into users' states, so they do nothing but
 * hand over to the package that is installed when they run: no captured variable, no field, never a change.
 */
export const thinProvider: dynamic.ResourceProvider = {
	check(olds, news) {
		return require("pulumi-chaos/handlers").check(olds, news);
	},
	diff(id, olds, news) {
		return require("pulumi-chaos/handlers").diff(id, olds, news);
	},
	create(inputs) {
		return require("pulumi-chaos/handlers").create(inputs);
	},
	read(id, props) {
		return require("pulumi-chaos/handlers").read(id, props);
	},
	update(id, olds, news) {
		return require("pulumi-chaos/handlers").update(id, olds, news);
	},
	delete(id, props) {
		return require("pulumi-chaos/handlers").delete(id, props);
	},
};
