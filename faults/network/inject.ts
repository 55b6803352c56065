import type { Injector } from "../../api/injector.ts";
import { engineFor, engineOf, type ShapeUndo } from "./engines.ts";
import type { NetworkInstruction } from "./instruction.ts";
import { assertInstruction } from "./instruction-field.ts";
import { type PartitionUndo, partitioner } from "./partition.ts";

/** What taking a fault of the network out needs; by it we know what has put it in. */
export type NetworkUndo = PartitionUndo | ShapeUndo;

/** All faults of the network: a partition by nftables alone, all others by an engine. */
export const networkInjector: Injector<NetworkInstruction, NetworkUndo> = {
	exchanges: true,

	async needs(instruction) {
		assertInstruction(instruction);
		if (instruction.action === "partition") await partitioner.needs(instruction);
		else await engineFor(instruction);
	},

	async prepare(target, instruction, id, expiresInMs) {
		if (instruction.action === "partition") return partitioner.prepare(target, instruction, id, expiresInMs);
		return (await engineFor(instruction)).prepare(target, instruction, id, expiresInMs);
	},

	async inject(target, instruction, undo) {
		if (instruction.action === "partition") return partitioner.inject(target, instruction, undo);
		return engineOf(undo as ShapeUndo).inject(target, instruction, undo as ShapeUndo);
	},

	async recover(target, undo) {
		return "engine" in undo ? engineOf(undo).recover(target, undo) : partitioner.recover(target, undo);
	},

	async verify(target, instruction, undo) {
		if (instruction.action === "partition") return partitioner.verify(target, instruction, undo);
		return engineOf(undo as ShapeUndo).verify(target, instruction, undo as ShapeUndo);
	},
};
