export { ChaosController, type ChaosControllerArgs } from "./components/controller.ts";
export { ChaosDaemon, type ChaosDaemonArgs } from "./components/daemon.ts";
export { Drain, type DrainArgs } from "./components/drain.ts";
export { Installation, type InstallationArgs } from "./components/installation.ts";
export type { CommonArgs } from "./provider/args.ts";
export type { ClusterReference } from "./provider/cluster/reference.ts";
export type { ExperimentOptions } from "./provider/experiment.ts";
export type { ExperimentPhase } from "./provider/lifecycle/state.ts";
export * from "./provider/resources/index.ts";
