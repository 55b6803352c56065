import { hostname } from "node:os";
import type { Identity } from "./report.ts";

/** The roles of the sample application, in the order in which they call each other. */
export const roles: readonly string[] = ["front", "back", "store"];

/** Where every server listens, and where its peers are expected. */
export const port = Number(process.env["PORT"] ?? 8080);

/** Who this pod is: `ROLE` and `POD_NAME` of the environment; a container's host name is the pod's name by default. */
export const self: Identity = { role: process.env["ROLE"] ?? "front", pod: process.env["POD_NAME"] ?? hostname() };
