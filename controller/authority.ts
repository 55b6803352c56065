import { isDeepStrictEqual } from "node:util";
import { ageOf, createAuthority, isFresh, isValid, type KeyPair } from "./certificates.ts";

/** What a Secret holds, decoded. */
export type SecretData = Readonly<Record<string, string>>;

/** The certificate authority as everybody is to use it. */
export interface Authority {
	/** Signs what is made now. */
	signing: KeyPair;
	/** All certificates to believe, PEM: also that of the authority which comes next, and of the one before. */
	trusted: string;
}

/** For this part of its life an authority is believed without signing anything: a bundle takes its time to reach everybody. */
const noticePart = 1 / 12;

/**
 * What the Secret of the authority should hold now; undefined when that is what it holds. At two thirds of its life an authority
 * (`ca`) gets a successor (`next`), which is believed at once and signs a while later. The predecessor (`previous`) is believed
 * until it ends: what it has signed may still be in use.
 */
export async function renewedAuthority(
	data: SecretData | undefined,
	lifetimeMs: number,
): Promise<SecretData | undefined> {
	const after = data ? await stepOn(data, lifetimeMs) : pair("ca", await createAuthority(lifetimeMs));
	return isDeepStrictEqual(after, data) ? undefined : after;
}

/** The authority that a Secret holds. */
export function authorityOf(data: SecretData): Authority {
	const { "ca.crt": cert = "", "ca.key": key = "", "next.crt": next, "previous.crt": previous } = data;
	const trusted = [cert, next, previous].filter((one) => one !== undefined).join("\n");
	return { signing: { cert, key }, trusted };
}

async function stepOn(data: SecretData, lifetimeMs: number): Promise<SecretData> {
	const { "ca.crt": cert = "", "ca.key": key = "", "next.crt": next, "next.key": nextKey, "previous.crt": old } = data;
	const own = pair("ca", { cert, key });
	const previous = old && isValid(old) ? { "previous.crt": old } : {};
	const successor = next && nextKey && isValid(next) ? { cert: next, key: nextKey } : undefined;
	if (isFresh(cert, lifetimeMs)) return { ...own, ...previous };
	const ended = !isValid(cert);
	if (!successor) {
		const made = await createAuthority(lifetimeMs);
		return ended ? pair("ca", made) : { ...own, ...previous, ...pair("next", made) };
	}
	if (ended) return pair("ca", successor);
	const known = ageOf(successor.cert, lifetimeMs) >= lifetimeMs * noticePart;
	if (known) return { ...pair("ca", successor), "previous.crt": cert };
	return { ...own, ...previous, ...pair("next", successor) };
}

function pair(name: "ca" | "next", { cert, key }: KeyPair): SecretData {
	return { [`${name}.crt`]: cert, [`${name}.key`]: key };
}
