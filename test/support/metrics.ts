/** Samples of a text in Prometheus' format: `name{a="b"}` to its value. */
export function samplesOf(text: string): Record<string, number> {
	const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
	return Object.fromEntries(
		lines.map((line) => {
			const end = line.lastIndexOf(" ");
			return [line.slice(0, end), Number(line.slice(end + 1))];
		}),
	);
}

/** What a process says at its health port. */
export async function scrape(port: number): Promise<Record<string, number>> {
	const response = await fetch(`http://127.0.0.1:${port}/metrics`);
	if (!response.ok) throw new Error(`/metrics: ${response.status}`);
	return samplesOf(await response.text());
}
