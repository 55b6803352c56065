import { join } from "node:path";
import ts from "typescript";
import { root } from "../../tools/lib/paths.ts";

/** A mistake that the compiler found. */
export interface Mistake {
	/** Name of the program. */
	program: string;
	/** From 1. */
	line: number;
	message: string;
}

/**
 * Compiles programs as users write them, all at once, against the sources of the package.
 *
 * @param programs - texts by name
 */
export function compile(programs: ReadonlyMap<string, string>): Mistake[] {
	const folder = join(root, "test/compiled");
	const texts = new Map([...programs].map(([name, text]) => [join(folder, `${name}.ts`), text]));
	const options: ts.CompilerOptions = {
		...optionsOf("tsconfig.json"),
		paths: { "pulumi-chaos": [join(root, "index.ts")] },
	};
	const host = ts.createCompilerHost(options);
	const { fileExists, readFile, getSourceFile } = host;
	host.fileExists = (file) => texts.has(file) || fileExists(file);
	host.readFile = (file) => texts.get(file) ?? readFile(file);
	host.getSourceFile = (file, version, ...rest) => {
		const text = texts.get(file);
		return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
	};
	const program = ts.createProgram([...texts.keys()], options, host);
	return [...texts.keys()].flatMap((path) => {
		const file = program.getSourceFile(path);
		return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((found) => ({
			program: path.slice(folder.length + 1, -".ts".length),
			line: (file?.getLineAndCharacterOfPosition(found.start ?? 0).line ?? 0) + 1,
			message: ts.flattenDiagnosticMessageText(found.messageText, "\n"),
		}));
	});
}

function optionsOf(name: string): ts.CompilerOptions {
	const { config } = ts.readConfigFile(join(root, name), ts.sys.readFile);
	return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
}
