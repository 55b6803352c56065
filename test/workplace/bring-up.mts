// Brings the cluster of these tests up in a process of its own, which a test can kill. Its argument is the number of nodes.
import { up } from "../../tools/cluster/cluster.ts";
import { layout } from "./layout.mts";

await up({ layout, nodes: process.argv[2] === "2" ? 2 : 1 });
