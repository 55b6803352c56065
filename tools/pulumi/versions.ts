/** Version of the Pulumi CLI that is built, and the oldest one that is accepted on PATH. The newest on the Go module proxy. */
export const cliVersion = "3.259.0";

/** Version of the SDK module that holds the Node language host: the last one that still carries its source. */
export const languageHostVersion = "3.68.0";
