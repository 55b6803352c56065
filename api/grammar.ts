/** A scalar that is written as text, such as a duration or a CIDR. */
export interface Grammar {
	/** With its article, for messages: "a duration". */
	readonly name: string;
	/** How to write one, for messages: 'write numbers with units, such as "90s"'. */
	readonly hint: string;
	/** Regular expression (RE2 subset, no look-around) that the CRD carries: may accept more than `accepts`, never less. */
	readonly pattern: string;
	/** A second expression that must match as well, for what one can't say without look-around; a CEL rule in the CRD. */
	readonly also?: string;
	readonly maxLength: number;
	/** Why the two expressions accept more than `accepts`; only the webhook says the rest. Absent: they say it all. */
	readonly inexact?: string;
	/** Type of such texts for TypeScript, when it says more than `string`: one of those in `api/scalars.ts`. */
	readonly type?: string;
	/** The text that is kept, for those that say more than is used; filled in with the defaults. Absent: all of it. */
	kept?(text: string): string;
	/** What is wrong with a text that is not accepted, to be said in place of the hint; absent or undefined: the hint says it. */
	why?(text: string): string | undefined;
	/** The whole rule. */
	accepts(text: string): boolean;
}
