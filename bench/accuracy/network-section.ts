import type { Measured } from "./network-measure.ts";
import type { EngineResult } from "./network-run.ts";

/** z of the 99 % interval. */
const z = 2.576;

/** How far off short delays of an engine may be, in milliseconds: the kernel's is measured in an emulated machine. */
export const tolerances: Readonly<Record<string, number>> = { kernel: 2, packets: 0.3 };

const titles: Record<string, string> = {
	kernel: "NetworkChaos: kernel engine",
	packets: "NetworkChaos: packet engine",
};

/** What was measured of an engine, in paragraphs of Markdown. */
export function section({ engine, kernel, directMs, measured, throughput, helperBytes }: EngineResult): string[] {
	const tolerance = tolerances[engine] ?? 0;
	const { direct, passed, held10Ms } = throughput;
	const share = (rate: number): string => `${megabits(rate)} (${((100 * rate) / direct).toFixed(1)} %)`;
	return [
		`## ${titles[engine] ?? engine}`,
		`Linux ${kernel}${engine === "kernel" ? ", in the emulated machine of the tests" : ""}; an echo without a fault takes ${directMs.toFixed(2)} ms.`,
		"Measured from inside the pod that is hit: UDP echoes of another pod on the same machine (times less the median of those without a fault), 10,000 datagrams for each share, one TCP connection for rates (three times; with the headers that it was carried in). Which engine a node uses, and why, is in [daemon.md](daemon.md). A delay holds when its median is off by no more than 1 % or 0.3 ms (2 ms in the emulated machine of the kernel's engine), a share when it is within the 99 % interval of the binomial distribution, a rate within 5 %.",
		[
			"| asked for | n | mean | p50 | p99 | error | holds |",
			"|---|---:|---:|---:|---:|---:|---|",
			...measured.map((each) => row(each, tolerance)),
		].join("\n"),
		`Throughput of one TCP connection: ${megabits(direct)} without a fault, ${share(passed)} through the engine without any effect, ${share(held10Ms)} with a delay of 10 ms.${helperBytes === undefined ? "" : ` The helper took ${(helperBytes / 1e6).toFixed(0)} MB.`}`,
	];
}

function row(measured: Measured, tolerance: number): string {
	const { what, n, measure, asked, mean, p50, p99 } = measured;
	const [show, error] =
		measure === "delay"
			? [(ms: number) => `${ms.toFixed(2)} ms`, signed(p50 - asked, " ms")]
			: measure === "rate"
				? [megabits, signed((100 * (mean - asked)) / asked, " %")]
				: [(share: number) => `${(100 * share).toFixed(2)} %`, signed(100 * (mean - asked), " points")];
	const spread = measure === "delay" || measure === "rate" ? [show(p50), show(p99)] : ["", ""];
	const holds = isClose(measured, tolerance) ? "yes" : "no";
	return `| ${[what, String(n), show(mean), ...spread, error, holds].join(" | ")} |`;
}

/** Whether a result is as close to what was asked for as it must be; `tolerance` is that of short delays, in milliseconds. */
export function isClose({ measure, asked, n, mean, p50 }: Measured, tolerance: number): boolean {
	if (measure === "delay") return Math.abs(p50 - asked) <= Math.max(0.01 * asked, tolerance);
	if (measure === "rate") return Math.abs(mean - asked) <= 0.05 * asked;
	return Math.abs(mean - asked) <= z * Math.sqrt((asked * (1 - asked)) / n);
}

function signed(value: number, unit: string): string {
	return `${value < 0 ? "" : "+"}${value.toFixed(2)}${unit}`;
}

function megabits(rate: number): string {
	return rate >= 1e9 ? `${(rate / 1e9).toFixed(2)} Gbit/s` : `${(rate / 1e6).toFixed(2)} Mbit/s`;
}
