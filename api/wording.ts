/** A few names and how many more there are, for messages: `shop/a, shop/b, shop/c and 12 more`. */
export function fewOf(names: readonly string[], most = 3): string {
	const shown = names.slice(0, most).join(", ");
	return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** A count with its noun: `1 target`, `3 targets`. */
export function count(number: number, noun: string): string {
	return `${number} ${plural(number, noun)}`;
}

/** A noun for so many: `target`, `targets`. */
export function plural(number: number, noun: string): string {
	return number === 1 ? noun : `${noun}s`;
}
