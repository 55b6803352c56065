/** A scalar that is written as text, such as a duration or a CIDR. */
export interface Grammar {
	/** With its article, for messages: "a duration". */
	readonly name: string;
	/** How to write one, for messages: 'write numbers with units, such as "90s"'. */
	readonly hint: string;
	/** Regular expression (RE2 subset, no look-around) that the CRD carries: may accept more than `accepts`, never less. */
	readonly pattern: string;
	readonly maxLength: number;
	/** The whole rule. */
	accepts(text: string): boolean;
}
