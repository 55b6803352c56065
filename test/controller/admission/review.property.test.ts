import fc from "fast-check";
import { expect, it } from "vitest";
import { isObject } from "../../../api/json.ts";
import { MalformedReview, readReview } from "../../../controller/admission/review.ts";
import { always, mutations } from "../../support/properties.ts";
import { review } from "./review.ts";

const body = review("NetworkChaos", { action: "partition" }, { oldObject: { spec: {} } });

it("a body is a review with all that is looked at, or is refused in words", () => {
	always(fc.oneof(fc.jsonValue(), mutations(body)), (value) => {
		try {
			const request = readReview(value);
			expect(
				[request.uid, request.kind, request.namespace, request.userInfo.username].map((text) => typeof text),
			).toEqual(Array(4).fill("string"));
			expect(isObject(request.object)).toBe(true);
		} catch (error) {
			if (!(error instanceof MalformedReview)) throw error;
			expect(error.message).not.toBe("");
		}
	});
});
