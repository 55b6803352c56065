import fc from "fast-check";
import { expect, it } from "vitest";
import { corruptBit, ipHeader } from "../../../../faults/network/packets/ip-packet.ts";
import { attribute, attributes, be32, messages, nest, nfMessage } from "../../../../faults/network/packets/netlink.ts";
import { packetOf, Verdicts } from "../../../../faults/network/packets/nfqueue.ts";
import { always } from "../../../support/properties.ts";

const bytes = fc.uint8Array({ maxLength: 90 }).map((array) => Buffer.from(array));

it("reads any bytes as messages and packets without an error", () => {
	always(bytes, (datagram) => {
		for (const message of messages(datagram)) packetOf(datagram, message);
		attributes(datagram, 0, datagram.length);
		const header = ipHeader(datagram);
		if (header) corruptBit(datagram, header, Math.random);
	});
});

it("reads the attributes of messages as they were written, behind each other in one datagram", () => {
	const attributeLists = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 0x3fff }), bytes), {
		selector: ([type]) => type,
		maxLength: 5,
	});
	always(fc.array(fc.tuple(fc.nat(0xffff), attributeLists), { maxLength: 4 }), (list) => {
		const datagram = Buffer.concat(
			list.map(([type, values], sequence) =>
				nfMessage({ type, flags: 1, sequence }, ...values.map(([name, value]) => attribute(name, value))),
			),
		);
		const found = messages(datagram);
		expect(found.map(({ type, sequence }) => [type, sequence])).toEqual(list.map(([type], index) => [type, index]));
		for (const [index, { start, end }] of found.entries()) {
			const read = attributes(datagram, start + 4, end);
			expect([...read]).toEqual(list[index]?.[1]);
		}
	});
});

it("reads packets of the queue as the kernel writes them", () => {
	const parts = fc.record({ id: fc.nat(), payload: bytes, mark: fc.nat(), outDevice: fc.nat(1000) });
	always(parts, (packet) => {
		const datagram = nfMessage(
			{ type: 3 << 8, flags: 0, family: 2, resource: 7 },
			attribute(1, be32(packet.id), Buffer.from([8, 0, 3, 0])),
			nest(11, attribute(1, Buffer.from("ct"))),
			...(packet.mark > 0 ? [attribute(3, be32(packet.mark))] : []),
			attribute(6, be32(packet.outDevice)),
			attribute(10, packet.payload),
		);
		const [message] = messages(datagram);
		expect(message && packetOf(datagram, message)).toEqual({ ...packet, length: packet.payload.length });
	});
});

it("turns exactly one bit of the payload, and none of the header", () => {
	const ip = fc.tuple(fc.constantFrom(0x45, 0x47, 0x60), fc.uint8Array({ minLength: 41, maxLength: 80 }));
	always(fc.tuple(ip, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), ([[first, rest], chance]) => {
		const before = Buffer.from([first, ...rest]);
		const header = ipHeader(before);
		if (!header) throw new Error("not read as a packet of IP");
		const after = Buffer.from(before);
		corruptBit(after, header, () => chance);
		const changed = [...before].map((byte, index) => byte ^ (after[index] ?? 0));
		expect(changed.slice(0, header.headerLength).every((byte) => byte === 0)).toBe(true);
		expect(changed.map((byte) => byte.toString(2).replaceAll("0", "").length).reduce((a, b) => a + b)).toBe(1);
	});
});

it("puts verdicts behind each other, some with another payload", () => {
	const list = fc.array(fc.tuple(fc.nat(), fc.nat(5), fc.option(bytes, { nil: undefined })), { maxLength: 9 });
	always(fc.array(list, { maxLength: 3 }), (lists) => {
		const verdicts = new Verdicts(300);
		for (const each of lists) {
			for (const verdict of each) verdicts.add(...verdict);
			const datagram = verdicts.take() ?? Buffer.alloc(0);
			const found = messages(datagram).map(({ type, start, end }) => {
				expect([type, datagram.readUInt16BE(start + 2)]).toEqual([(3 << 8) | 1, 300]);
				return [...attributes(datagram, start + 4, end)];
			});
			expect(found).toEqual(
				each.map(([id, verdict, payload]) => [
					[2, Buffer.concat([be32(verdict), be32(id)])],
					...(payload ? [[10, payload]] : []),
				]),
			);
		}
	});
});
