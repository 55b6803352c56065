import type { Step } from "../../../api/step.ts";

/** Where the driver and the processes of the test image meet: a folder of the node, which controller and daemons see too. */
export const meetingPlace = "/var/lib/pulumi-chaos/kill";

/** In that folder: what the first process to pass it takes as an order to wait there. */
export const orderFile = `${meetingPlace}/order`;
/** In that folder, while a process waits: the order that it follows, and who it is. It goes on when the file is gone. */
export const waitingFile = `${meetingPlace}/waiting`;

/** Right before a step, or right behind it. */
export type Edge = "before" | "after";

/** Where to wait. */
export interface Order {
	/** Another one for each order. */
	id: string;
	step: Step;
	edge: Edge;
	/** The how-manieth pass since the order was given, from 1. */
	pass: number;
}

/** A process that waits. */
export interface Waiting extends Order {
	/** Name of its host: for a controller that of its pod. */
	host: string;
}
