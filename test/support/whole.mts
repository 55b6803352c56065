/** Whether a tier that runs a sample of its tests is to run them all: it does when it is named (CONTRIBUTING.md). */
export const whole = process.env["PULUMI_CHAOS_WHOLE"] !== undefined;
