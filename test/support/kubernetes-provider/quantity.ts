const factors: Record<string, number> = {
	n: 1e-9,
	u: 1e-6,
	m: 1e-3,
	"": 1,
	k: 1e3,
	M: 1e6,
	G: 1e9,
	T: 1e12,
	P: 1e15,
	E: 1e18,
};
for (const [power, prefix] of ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].entries()) factors[prefix] = 1024 ** (power + 1);

/** The number that a Kubernetes quantity stands for (`"500m"` is 0.5); undefined when it is none. */
export function quantityValue(text: string): number | undefined {
	const [, digits, exponent, suffix] = /^([+-]?[\d.]+)(e[+-]?\d+|E[+-]?\d+)?([A-Za-z]*)$/.exec(text.trim()) ?? [];
	const factor = factors[suffix ?? ""];
	const value = Number(`${digits}${exponent ?? ""}`);
	return factor === undefined || Number.isNaN(value) ? undefined : value * factor;
}
