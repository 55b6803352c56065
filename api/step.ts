/** What a daemon does that a crash can cut off: writes of its journal and of who leads, changes of a target. */
export const daemonSteps = [
	"journal-put",
	"journal-change",
	"journal-drop",
	"journal-rewrite",
	"leader-write",
	"nft-replace",
	"nft-delete",
	"ifb-add",
	"ifb-delete",
	"tc-add",
	"tc-delete",
	"nft-append",
	"engine-add",
	"engine-remove",
	"engine-leave",
	"process-kill",
	"stress-start",
	"stress-kill",
	"vdso-patch",
	"vdso-restore",
	"vdso-wipe",
] as const;

/** What a controller does that a crash can cut off: writes of an experiment, a target or its Lease, calls to nodes. */
export const controllerSteps = [
	"finalizers-write",
	"status-write",
	"inject-call",
	"recover-call",
	"pod-patch",
	"pod-delete",
	"lease-create",
	"lease-write",
] as const;

/** A change of the outside, or a write that recovery goes by. */
export type Step = (typeof daemonSteps)[number] | (typeof controllerSteps)[number];

/**
 * Makes one change. Every one of them goes through here, so that the kill matrix (test/kill) knows them all: its images have
 * another module in the place of this one, which dies, or waits for something else to die, right before or right behind a step.
 *
 * @example await step("journal-put", () => file.append(line))
 */
export function step<T>(_name: Step, change: () => T): T {
	return change();
}
