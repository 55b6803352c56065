const entities: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	// In an attribute a parser would make spaces of them.
	"\t": "&#9;",
	"\n": "&#10;",
	"\r": "&#13;",
};

/** What XML 1.0 holds in no spelling: most control characters, and halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** A text as it stands in an attribute or between tags. What XML can't hold becomes U+FFFD. */
export function escapeXml(text: string): string {
	return text.replaceAll(impossible, "\ufffd").replaceAll(/[&<>"\t\n\r]/g, (character) => entities[character] ?? "");
}

/** An element on lines of its own; without children it closes itself. Attributes that are undefined are left out. */
export function element(
	name: string,
	attributes: Readonly<Record<string, string | number | undefined>>,
	children: readonly string[] = [],
): string {
	const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
	const start = [name, ...given.map(([key, value]) => `${key}="${escapeXml(String(value))}"`)].join(" ");
	if (children.length === 0) return `<${start}/>`;
	return `<${start}>\n${children.join("\n").replaceAll(/^/gm, "  ")}\n</${name}>`;
}
