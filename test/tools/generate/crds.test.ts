import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { crd } from "../../../api/crd.ts";
import { emergencyStopDefinition } from "../../../api/emergency-stop.ts";
import { ownProbeDefinition } from "../../../api/own-probe.ts";
import { allKinds } from "../../../orchestration/kinds.ts";
import { root } from "../../../tools/lib/paths.ts";

it.each([
	["emergencystops", emergencyStopDefinition()],
	["probes", ownProbeDefinition()],
])("crds/%s.yaml is the definition that the components install", (plural, definition) => {
	expect(parse(readFileSync(join(root, `crds/${plural}.yaml`), "utf8"))).toEqual(definition);
});

it.each(allKinds)("the file of $plural in crds/ is the definition that the components install", (kind) => {
	expect(parse(readFileSync(join(root, "crds", `${kind.plural}.yaml`), "utf8"))).toEqual(crd(kind));
});
