import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { GameDayOptions } from "../../game-day/index.ts";

/** What stands in for `pulumi`: writes down how it is called, tells the events of a file, and does what another says. */
const script = `#!/bin/sh
case "$1" in
version) echo v3.200.0; exit;;
stack) if [ "$2" = export ]; then echo '{"deployment":{}}'; fi; exit;;
esac
here=$(dirname "$0")
echo "$@" >> "$here/calls"
for argument; do
	if [ "$before" = --event-log ]; then log=$argument; fi
	before=$argument
done
if [ -f "$here/$1.events" ]; then cat "$here/$1.events" >> "$log"; sleep 0.6; fi
if [ -f "$here/$1.sh" ]; then . "$here/$1.sh"; fi
`;

const type = "pulumi-nodejs:dynamic/pulumi-chaos:";

/** What the engine tells of a resource of ours before it makes it. */
export function declares(kind: string, name: string, inputs: object): EngineEvent {
	const resource = {
		urn: `urn:pulumi:dev::attacks::${type}${kind}::${name}`,
		type: type + kind,
		inputs: { kind, ...inputs },
	};
	return { resourcePreEvent: { metadata: { op: "create", new: resource } } } as unknown as EngineEvent;
}

/** What the engine tells of what was said. */
export function said(severity: string, message: string): EngineEvent {
	return { diagnosticEvent: { severity, message } } as unknown as EngineEvent;
}

/** A stack whose Pulumi does nothing but what a test says. Its preview finds one experiment, "cut". */
export class PulumiDouble {
	/** Of the program, and for files of the test. */
	readonly folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-game-day-"));
	private readonly bin = join(this.folder, "bin");

	constructor() {
		mkdirSync(this.bin);
		writeFileSync(join(this.bin, "pulumi"), script, { mode: 0o755 });
		writeFileSync(join(this.folder, "Pulumi.yaml"), "name: attacks\nruntime: nodejs\n");
		this.tells(
			"preview",
			{ summaryEvent: { resourceChanges: {} } } as EngineEvent,
			declares("NetworkChaos", "cut", { owner: "attacks/dev//cut" }),
		);
	}

	/** Has an operation tell these events, in place of those from before. */
	tells(operation: string, ...events: EngineEvent[]): void {
		const all = [...events, { summaryEvent: { resourceChanges: {} } }];
		writeFileSync(join(this.bin, `${operation}.events`), all.map((event) => `${JSON.stringify(event)}\n`).join(""));
	}

	/** Has an operation go on with these lines of a shell. */
	does(operation: string, lines: string): void {
		writeFileSync(join(this.bin, `${operation}.sh`), lines);
	}

	/** Options of a game day with it. */
	get options(): GameDayOptions {
		return { folder: this.folder, stack: "dev", environment: this.environment };
	}

	/** Environment in which it is the Pulumi. */
	get environment(): Record<string, string> {
		return { PATH: [this.bin, process.env["PATH"]].join(delimiter) };
	}

	/** How it was called, a line each, but for what only reads. */
	get calls(): string[] {
		const file = join(this.bin, "calls");
		return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
	}

	/** The operations that were run. */
	get operations(): string[] {
		return this.calls.map((call) => call.split(" ")[0] ?? "");
	}

	dispose(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
