import { registerHooks } from "node:module";

/**
 * Lets a tool load the package's sources: their syntax is that of modules, while package.json says CommonJS, which is what they
 * are compiled to (see docs/adr/0001).
 */
registerHooks({
	load: (url, context, next) => next(url, url.endsWith(".ts") ? { ...context, format: "module-typescript" } : context),
});
