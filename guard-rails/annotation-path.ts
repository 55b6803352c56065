/** Where an annotation stands in an object. */
export function annotationPath(name: string): string {
	return `metadata.annotations[${JSON.stringify(name)}]`;
}
