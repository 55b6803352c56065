/** How long to wait for what will probably not get better by itself, in milliseconds. */
export interface Patience {
	/** Nothing is selected. */
	noTargetMs: number;
	/** The controller has written no status at all, or does not answer when the API server asks it to admit an object. */
	noAnswerMs: number;
	/** A node says that it can't, or can't be reached. */
	nodeMs: number;
	/** A recovery keeps failing. */
	unrecoverableMs: number;
	/** How often the clock is looked at. */
	tickMs: number;
}

/** What users get. */
export const patience: Patience = {
	noTargetMs: 10_000,
	noAnswerMs: 20_000,
	nodeMs: 30_000,
	unrecoverableMs: 30_000,
	tickMs: 500,
};
