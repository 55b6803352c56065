import { X509Certificate } from "node:crypto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { authorityOf, renewedAuthority, type SecretData } from "../../controller/authority.ts";

const lifetimeMs = 3650 * 24 * 3_600_000;
const made = Date.now();

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
	vi.useRealTimers();
});

/** The Secret after looks at these moments, in parts of an authority's life from the first on. */
async function after(...moments: number[]): Promise<SecretData> {
	let data: SecretData | undefined;
	for (const moment of moments) {
		vi.setSystemTime(made + moment * lifetimeMs);
		data = (await renewedAuthority(data, lifetimeMs)) ?? data;
	}
	return data ?? {};
}

/** Which certificates are there, and for how many years yet. */
function years(data: SecretData): Record<string, number> {
	const left = (cert: string): number => (new X509Certificate(cert).validToDate.getTime() - Date.now()) / lifetimeMs;
	const certificates = Object.entries(data).filter(([key]) => key.endsWith(".crt"));
	return Object.fromEntries(certificates.map(([key, cert]) => [key, Math.round(left(cert) * 100) / 10]));
}

it.each<[string, number[], Record<string, number>]>([
	["is made once", [0], { "ca.crt": 10 }],
	["stays for two thirds of its life", [0, 0.66], { "ca.crt": 3.4 }],
	["then gets a successor", [0, 0.7], { "ca.crt": 3, "next.crt": 10 }],
	["goes on to sign while that is new", [0, 0.7, 0.75], { "ca.crt": 2.5, "next.crt": 9.5 }],
	["gives way to it when everybody had time to hear of it", [0, 0.7, 0.79], { "ca.crt": 9.1, "previous.crt": 2.1 }],
	["is believed until it ends", [0, 0.7, 0.79, 0.99], { "ca.crt": 7.1, "previous.crt": 0.1 }],
	["and no longer", [0, 0.7, 0.79, 1.01], { "ca.crt": 6.9 }],
	["gives way to a successor that is new when its own time is over", [0, 0.98, 1.01], { "ca.crt": 9.7 }],
	["is made anew when nobody looked for all its life", [0, 1.1], { "ca.crt": 10 }],
	["has a successor that has one", [0, 0.7, 0.79, 1.4], { "ca.crt": 3, "next.crt": 10 }],
])("%s", async (_, moments, expected) => {
	expect(years(await after(...moments))).toEqual(expected);
});

it("is believed together with the one before and the one after", async () => {
	const { "ca.crt": first = "", "ca.key": key, "next.crt": second = "" } = await after(0, 0.7);
	expect(authorityOf({ "ca.crt": second, "previous.crt": first }).trusted).toBe(`${second}\n${first}`);
	expect(authorityOf({ "ca.crt": first, "ca.key": key ?? "", "next.crt": second })).toEqual({
		signing: { cert: first, key },
		trusted: `${first}\n${second}`,
	});
});
