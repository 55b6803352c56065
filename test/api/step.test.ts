import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { controllerSteps, daemonSteps, step } from "../../api/step.ts";
import { root } from "../../tools/lib/paths.ts";

/** Calls that change something outside the process, as they are spelled where faults, journal and experiments are written. */
const changes: [files: string, call: RegExp][] = [
	[
		"faults/*/**/*.ts",
		/^(runInNetns|command|process\.kill|api\.(patch|delete)|endProcess|start|addShare|takeShare|wipe|helper\.(ask|askIfRunning|leave)|appendTargets)$/,
	],
	["daemon/journal.ts", /^this\.#(note|file\.(append|replace))$/],
	["controller/kube-world.ts", /^server\.(put|patch|post|delete)$/],
	["controller/node-calls.ts", /\.(inject|recover)$/],
	["controller/election.ts", /^server\.(put|patch|post|delete)$/],
	["daemon/leader.ts", /^replaceFile$/],
];

/** Functions that only look, that try something out where no target is, or that a step calls. */
const exempt = new Set(["ask", "served", "probe", "probeTool", "endProcess", "#note"]);

interface Found {
	where: string;
	steps: (string | undefined)[];
}

/** The calls in a file whose callee matches, each with the names of the steps around it. */
function callsIn(path: string, callee: RegExp): Found[] {
	const source = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
	const found: Found[] = [];
	const passed = stepsByName(source);
	const visit = (node: ts.Node, around: (string | undefined)[], within: string): void => {
		const name = nameOf(node) ?? within;
		const own = stepOf(node) ?? passed.get(node);
		const steps = own === undefined ? around : [...around, own];
		if (ts.isCallExpression(node) && callee.test(node.expression.getText()) && !exempt.has(within)) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart());
			found.push({ where: `${path}:${line + 1}`, steps });
		}
		node.forEachChild((child) => visit(child, steps, name));
	};
	visit(source, [], "");
	return found;
}

/** Functions that are handed to a step by their name. */
function stepsByName(source: ts.SourceFile): Map<ts.Node, string> {
	const made = new Map<string, ts.Node>();
	const found = new Map<ts.Node, string>();
	const visit = (node: ts.Node): void => {
		if (ts.isVariableDeclaration(node) && node.initializer) made.set(node.name.getText(), node.initializer);
		const handed = ts.isCallExpression(node) && stepOf(node) !== undefined ? node.arguments[1] : undefined;
		const initializer = handed && ts.isIdentifier(handed) ? made.get(handed.text) : undefined;
		if (initializer) found.set(initializer, stepOf(node) ?? "");
		node.forEachChild(visit);
	};
	visit(source);
	return found;
}

function stepOf(node: ts.Node): string | undefined {
	if (!ts.isCallExpression(node) || node.expression.getText() !== "step") return undefined;
	const [name] = node.arguments;
	return name && ts.isStringLiteral(name) ? name.text : undefined;
}

function nameOf(node: ts.Node): string | undefined {
	const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
	return named ? node.name?.getText() : undefined;
}

function filesOf(pattern: string): string[] {
	return globSync(pattern, { cwd: root }).filter((path) => !path.startsWith("faults/node/"));
}

const found = changes.flatMap(([pattern, call]) => filesOf(pattern).flatMap((path) => callsIn(path, call)));

describe("step", () => {
	it("makes the change, and returns what it returns", () => {
		expect(step("nft-replace", () => 3)).toBe(3);
	});

	it.each([...daemonSteps, ...controllerSteps])("%s is around one change", (name) => {
		expect(found.filter(({ steps }) => steps.includes(name)).map(({ where }) => where)).toHaveLength(1);
	});

	it("is around every change of targets, journal and experiments", () => {
		expect(found.filter(({ steps }) => steps.length === 0).map(({ where }) => where)).toEqual([]);
	});
});
