import { expect, it } from "vitest";
import { rulesetOf } from "../../../faults/network/dropping.ts";
import { isTable, replaceTable } from "../../../faults/network/nftables.ts";
import { always, mutations } from "../../support/properties.ts";

const ruleset = rulesetOf([{ hook: "output", peers: ["10.0.0.1", "10.1.0.0/16", "fd00::1"] }, { hook: "input" }]);

interface Command {
	add?: Record<string, Record<string, unknown>>;
}

/** What `nft -j list table` says of a table that was made as we make it. */
const listed = {
	nftables: (JSON.parse(replaceTable("t", ruleset)) as { nftables: Command[] }).nftables
		.slice(2)
		.flatMap(({ add }) => (add ? [add] : [])),
};

it("a listing is that of the table, or is not; nothing of it that is JSON throws", () => {
	expect(isTable(JSON.stringify(listed), ruleset)).toBe(true);
	always(mutations(listed), (listing) => {
		if (listing !== undefined) expect(isTable(JSON.stringify(listing), ruleset)).toBeTypeOf("boolean");
	});
});

it("a listing with another address, hook or verdict is not that of the table", () => {
	const others = [{ hook: "output", peers: ["10.0.0.2", "10.1.0.0/16", "fd00::1"] }, { hook: "input" }] as const;
	expect(isTable(JSON.stringify(listed), rulesetOf([{ ...others[0], peers: [...others[0].peers] }, others[1]]))).toBe(
		false,
	);
});
