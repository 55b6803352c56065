import type { Grammar } from "../api/grammar.ts";
import { namespaceName } from "../api/names.ts";

/** Name of an environment: `staging`. */
export const environmentName: Grammar = { ...namespaceName, name: "the name of an environment" };

const fault = "^[A-Z][A-Za-z0-9]*(/[a-z][a-z0-9-]*)?$";

/** A kind of fault, or one of its variants: `NetworkChaos/delay`. */
export const faultName: Grammar = {
	name: "a kind of fault",
	hint: 'write a kind such as "StressChaos", or a variant of one such as "NetworkChaos/delay"',
	pattern: fault,
	maxLength: 126,
	accepts: (text) => new RegExp(fault).test(text),
};

const pattern = "^[a-z0-9*]([-a-z0-9*]*[a-z0-9*])?$";

/** The name of a namespace, in which `*` stands for any characters, also none. */
export const namespacePattern: Grammar = {
	name: "a namespace",
	hint: 'write the name of a namespace; "*" in it stands for any characters: "team-*"',
	pattern,
	maxLength: 63,
	accepts: (text) => new RegExp(pattern).test(text),
};

const time = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";

/** A time of day of 24 hours, to the minute. */
export const timeOfDay: Grammar = {
	name: "a time of day",
	hint: 'write hours and minutes with two digits each, "00:00" to "24:00"',
	pattern: time,
	maxLength: 5,
	accepts: (text) => new RegExp(time).test(text),
};

const zone = "^[A-Za-z][A-Za-z0-9_+/-]*$";

/** A time zone by its name in the IANA database. */
export const timeZone: Grammar = {
	name: "a time zone",
	hint: 'write a name of the IANA database such as "Europe/Berlin", or "UTC"',
	pattern: zone,
	maxLength: 64,
	inexact: "which time zones there are",
	accepts: (text) => new RegExp(zone).test(text) && isKnownZone(text),
};

function isKnownZone(name: string): boolean {
	try {
		return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
	} catch {
		return false;
	}
}
