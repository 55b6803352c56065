/** Stands for the program of a pod that only has to be there; see pod.ts. */
process.on("disconnect", () => process.exit());
process.send?.("ready");
