// Brings the cluster of these tests up in a process of its own, which a test can kill.
import { up } from "../../tools/cluster/cluster.ts";
import { layout } from "./layout.mts";

await up({ layout });
