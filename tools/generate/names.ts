/** Words of a name, capitalised and put together: `pod-kill` and `podKill` are `PodKill`. */
export function pascal(name: string): string {
	return name.replaceAll(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, _before, first: string) => first.toUpperCase());
}

/** Name of the file of a kind: `PodChaos` is `pod-chaos`, `IOChaos` is `io-chaos`. */
export function kebab(kind: string): string {
	return kind
		.replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
		.replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
		.toLowerCase();
}

/** What one entry of a list is called: `stressors` has a `stressor`, `branches` a `branch`. */
export function singular(plural: string): string {
	return plural.replace(/(?:(?<=ch|sh|x|ss)es|(?<!s)s)$/, "");
}
