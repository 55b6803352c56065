import { readFileSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import type { Injector } from "../../api/injector.ts";
import type { Shape } from "../../faults/network/instruction.ts";
import { kernelEngine } from "../../faults/network/kernel/engine.ts";
import { packetEngine } from "../../faults/network/packets/inject.ts";
import { helperFiles, readHelperRecord } from "../../faults/node/helper-files.ts";
import { buildHelpers } from "../../test/support/helpers.ts";
import { Pod } from "../../test/support/pod.ts";
import { quantile } from "../result.ts";
import { cases } from "./network-cases.ts";
import { echoTimes, type Measured, measure } from "./network-measure.ts";

/** All that was measured of an engine. */
export interface EngineResult {
	engine: string;
	kernel: string;
	/** Median time of an echo without a fault, in milliseconds. */
	directMs: number;
	measured: Measured[];
	/** Bits a second of one TCP connection. */
	throughput: { direct: number; passed: number; held10Ms: number };
	/** Bytes of the helper's memory; of the kernel's engine there is none. */
	helperBytes?: number;
}

const engines = { kernel: kernelEngine, packets: packetEngine } as Record<string, Injector<Shape, unknown>>;
const address = "10.77.0.2";

/** Measures an engine in this machine, on two pods, and writes `<engine>.json` into a folder. */
export async function run(name: string, folder: string, said: (line: string) => void): Promise<void> {
	const engine = engines[name];
	if (!engine) throw new Error(`${JSON.stringify(name)} is no engine; these are ${Object.keys(engines).join(", ")}`);
	const [front, back, helpers] = [await Pod.start("front"), await Pod.start("back"), await buildHelpers()];
	try {
		front.link(back, "eth0", ["10.77.0.1/24"], [`${address}/24`]);
		// What else this machine does is not what is measured.
		for (const pod of [front, back]) setPriority(pod.pid, constants.priority.PRIORITY_HIGHEST);
		const directMs = quantile(await echoTimes(front, address, 1000), 0.5);
		const measured: Measured[] = [];
		for (const each of cases) {
			measured.push(await measure(engine, [front, address], each, directMs));
			said(JSON.stringify(measured.at(-1)));
		}
		const through = async (netem: Shape["netem"]): Promise<[number, number | undefined]> => {
			const shape: Shape = { action: "shape", paths: [{ hook: "egress" }], ...(netem && { netem }) };
			const undo = await engine.prepare(front.target, shape, "throughput", 3_600_000);
			await engine.inject(front.target, shape, undo);
			const rate = await front.pour(address, 5000);
			const bytes = helperBytes(helpers.state);
			await engine.recover(front.target, undo);
			return [rate, bytes];
		};
		const direct = await front.pour(address, 5000);
		const [passed] = await through({ loss: { probability: 0, correlation: 0 } });
		const [held10Ms, bytes] = await through({ delay: { latency: 10_000, jitter: 0, correlation: 0 } });
		const result: EngineResult = {
			engine: name,
			kernel: readFileSync("/proc/sys/kernel/osrelease", "utf8").trim(),
			directMs,
			measured,
			throughput: { direct, passed, held10Ms },
			...(bytes !== undefined && { helperBytes: bytes }),
		};
		writeFileSync(join(folder, `${name}.json`), JSON.stringify(result));
	} finally {
		await Promise.all([front.stop(), back.stop()]);
		helpers.remove();
	}
}

function helperBytes(state: string): number | undefined {
	const record = readHelperRecord(helperFiles(state, "packet-engine").record);
	if (!record) return undefined;
	const [, kilobytes = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${record.pid}/status`, "utf8")) ?? [];
	return Number(kilobytes) * 1024;
}
