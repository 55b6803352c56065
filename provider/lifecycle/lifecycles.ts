import { createExperiment, updateExperiment } from "./apply.ts";
import { type CheckResult, checkExperiment, checkReference, type Unchecked } from "./check.ts";
import type { Context } from "./context.ts";
import { type DiffResult, diffExperiment, diffReference } from "./diff.ts";
import { createProbe, updateProbe } from "./probe/apply.ts";
import { checkProbe } from "./probe/check.ts";
import { diffProbe } from "./probe/diff.ts";
import { readProbe } from "./probe/read.ts";
import { deleteProbe } from "./probe/remove.ts";
import type { ProbeInputs, ProbeState } from "./probe/state.ts";
import { type ReadResult, readExperiment } from "./read.ts";
import { createDrain, createMarker, deleteDrain, deleteScope, drainId } from "./recover-all.ts";
import { deleteExperiment } from "./remove.ts";
import type { DrainInputs, ExperimentInputs, ExperimentState, ScopeInputs } from "./state.ts";

/** The lifecycle of one type of resource, over plain JSON; the meaning of each function is that of Pulumi's dynamic providers. */
export interface Lifecycle<Inputs, State extends Inputs = Inputs> {
	check(olds: Unchecked<Inputs> | undefined, news: Unchecked<Inputs>): Promise<CheckResult<Inputs>>;
	diff(id: string, state: State, news: Inputs): DiffResult;
	create(inputs: Inputs): Promise<{ id: string; outs: State }>;
	read(id: string, state: State): Promise<ReadResult>;
	update(id: string, state: State, news: Inputs): Promise<{ outs: State }>;
	delete(id: string, state: State): Promise<void>;
}

/** The lifecycles of all types of resource. */
export interface Lifecycles {
	experiment: Lifecycle<ExperimentInputs, ExperimentState>;
	probe: Lifecycle<ProbeInputs, ProbeState>;
	scope: Lifecycle<ScopeInputs>;
	drain: Lifecycle<DrainInputs>;
}

/** Ties the lifecycles to a world: the real one, or a test's. */
export function lifecycles(context: Context): Lifecycles {
	return {
		experiment: {
			check: (olds, news) => checkExperiment(context, olds, news),
			diff: (_id, state, news) => diffExperiment(context, state, news),
			create: (inputs) => createExperiment(context, inputs),
			read: (id, state) => readExperiment(context, id, state),
			update: (_id, state, news) => updateExperiment(context, state, news),
			delete: (_id, state) => deleteExperiment(context, state),
		},
		probe: {
			check: async (olds, news) => checkProbe(context, olds, news),
			diff: (_id, state, news) => diffProbe(context, state, news),
			create: (inputs) => createProbe(context, inputs),
			read: (id, state) => readProbe(context, id, state),
			update: (_id, state, news) => updateProbe(context, state, news),
			delete: (_id, state) => deleteProbe(context, state),
		},
		scope: marker(context, (inputs) => inputs.scope, createMarker, deleteScope),
		drain: marker(context, () => drainId, createDrain, deleteDrain),
	};
}

/** Scope and Drain stand for something only when they are deleted: until then there is nothing to keep or to look at. */
function marker<Inputs extends ScopeInputs | DrainInputs>(
	context: Context,
	idOf: (inputs: Inputs) => string,
	create: (context: Context, inputs: Inputs) => Promise<void>,
	remove: (context: Context, state: Inputs) => Promise<void>,
): Lifecycle<Inputs> {
	return {
		check: async (_olds, news) => checkReference(context, news),
		diff: (_id, state, news) => diffReference(context, state, news),
		create: async (inputs) => {
			await create(context, inputs);
			return { id: idOf(inputs), outs: inputs };
		},
		read: async (id, state) => ({ id, props: state }),
		update: async (_id, _state, news) => ({ outs: news }),
		delete: (_id, state) => remove(context, state),
	};
}
