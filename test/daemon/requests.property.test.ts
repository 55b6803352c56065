import fc from "fast-check";
import { expect, it } from "vitest";
import { BadRequestError, injectRequestOf, recoverRequestOf } from "../../daemon/requests.ts";
import { always, mutations } from "../support/properties.ts";

const item = {
	id: "0123456789abcdef",
	experiment: "8f0b5c8e",
	kind: "NetworkChaos",
	target: { namespace: "shop", pod: "a", podUid: "u", containers: [{ name: "main", id: "containerd://4f6" }] },
	instruction: { action: "partition" },
	expiresInMs: 1000,
};

it("an inject call is what it must be, or is refused in words", () => {
	always(
		fc.oneof(
			fc.jsonValue(),
			mutations({ epoch: 7, leaseMs: 60_000, items: [item, { ...item, id: "fedcba9876543210" }] }),
		),
		(body) => {
			const request = orRefused(() => injectRequestOf(body));
			for (const each of request?.items ?? []) {
				expect(each).toEqual({
					...item,
					...each,
					id: expect.stringMatching(/^[0-9a-f]{16}$/),
					expiresInMs: expect.any(Number),
					target: expect.objectContaining({ podUid: expect.stringMatching(/^[A-Za-z0-9-]+$/) }),
				});
				expect(Object.keys(each).sort()).toEqual(Object.keys(item).sort());
			}
		},
	);
});

it("a recover call is what it must be, or is refused in words", () => {
	always(fc.oneof(fc.jsonValue(), mutations({ epoch: 7, ids: ["0123456789abcdef", "fedcba9876543210"] })), (body) => {
		const request = orRefused(() => recoverRequestOf(body));
		for (const id of request?.ids ?? []) expect(id).toMatch(/^[0-9a-f]{16}$/);
		if (request) expect(new Set(request.ids).size).toBe(request.ids.length);
	});
});

function orRefused<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		expect(error).toBeInstanceOf(BadRequestError);
		expect((error as Error).message).not.toBe("");
		return undefined;
	}
}
