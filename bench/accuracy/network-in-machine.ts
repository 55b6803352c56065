/** Runs `network-run.ts` by itself: `network-in-machine.ts <engine> <folder>`. */
await import("../../tools/generate/sources-as-modules.ts");
const { run } = await import("./network-run.ts");
const [engine = "", folder = ""] = process.argv.slice(2);
await run(engine, folder, console.log);
process.exit(0);
