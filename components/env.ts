import * as pulumi from "@pulumi/pulumi";

/** Environment of a container: what has no value is left to the program's own default. */
export function environment(
	variables: Record<string, pulumi.Input<string | number | boolean | undefined> | undefined>,
): pulumi.Output<{ name: string; value: string }[]> {
	return pulumi
		.output(variables)
		.apply((known) =>
			Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }])),
		);
}
