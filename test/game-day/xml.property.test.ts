import fc from "fast-check";
import { expect, it } from "vitest";
import { element, escapeXml } from "../../game-day/xml.ts";
import { always, texts } from "../support/properties.ts";

const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };

/** What a parser makes of the text of an attribute. */
function parsed(text: string): string {
	return text.replaceAll(/&(?:\w+|#\d+);/g, (entity) => {
		const code = /^&#(\d+);$/.exec(entity)?.[1];
		return code === undefined ? (entities[entity] ?? "unknown") : String.fromCharCode(Number(code));
	});
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
const legal = /^(?:[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd]|[\ud800-\udbff][\udc00-\udfff])*$/;

const inputs = texts("&<>\"'\t\n\r\u0000\u001b\ud800\udc00\uffff]a;#");

it("any text can stand in an attribute, and is read back but for what XML can't hold", () => {
	always(inputs, (text) => {
		const escaped = escapeXml(text);
		expect(escaped).toMatch(legal);
		expect(escaped).not.toMatch(/[<>"\t\n\r]|&(?!\w+;|#\d+;)/);
		const read = parsed(escaped);
		const kept = [...text].map((character) => (legal.test(character) ? character : "\ufffd")).join("");
		expect(read).toBe(kept);
	});
});

it("an element keeps to its lines, whatever its attributes hold", () => {
	always(fc.tuple(inputs, inputs), ([one, other]) => {
		const lines = element("a", { one }, [element("b", { other })]).split("\n");
		expect(lines).toHaveLength(3);
		expect(lines[1]).toMatch(/^ {2}<b other="[^"<>]*"\/>$/);
	});
});
