import { describe, expect, it } from "vitest";
import { TargetGoneError } from "../../../api/injector.ts";
import { podClusterInjector } from "../../../faults/pod/cluster.ts";
import { failureAnnotation } from "../../../faults/pod/failed-images.ts";
import { OnePod, view } from "./pods.ts";

const { inject, recover, verify, held } = podClusterInjector;
const long = "a-container-whose-name-has-all-the-sixty-three-characters-there";
const images = { web: "web:1", sidecar: "proxy:2", [long]: "long:3" };
const failed = Object.fromEntries(Object.keys(images).map((name) => [name, "pulumi-chaos:1"]));
const target = { namespace: "shop", pod: "web-0", podUid: "uid-web" };
const one = { id: "0000000000000001", experiment: "uid-one", target };
const other = { id: "0000000000000002", experiment: "uid-other", target };
const failure = { action: "pod-failure" } as const;

const here = (pods: OnePod) => pods.pod ?? view({});

describe("pod-failure", () => {
	it("has every container run the system's image, and puts all images back", async () => {
		const pods = new OnePod(view(images));
		expect(await inject(pods, one, failure)).toBe("to be seen");
		expect(pods.images).toEqual(failed);
		expect(held(here(pods))).toEqual([{ id: one.id, experiment: "uid-one" }]);
		// The kubelet has not come round yet.
		expect(verify(here(pods), one.id)).toBe("lost");
		pods.restartContainers();
		expect(verify(here(pods), one.id)).toBe("in place");

		expect(await recover(pods, one)).toEqual(Object.keys(images).map((name) => `containerd://${name}-2`));
		expect(pods.images).toEqual(images);
		expect(pods.pod?.metadata.annotations).toEqual({});
		expect(verify(here(pods), one.id)).toBe("lost");
		expect(held(here(pods))).toEqual([]);
	});

	it("changes nothing when it is asked again, for either step", async () => {
		const pods = new OnePod(view(images));
		await inject(pods, one, failure);
		await inject(pods, one, failure);
		expect(pods.patches).toBe(1);
		await recover(pods, one);
		expect(await recover(pods, one)).toEqual([]);
		expect(pods.patches).toBe(2);
		expect(pods.images).toEqual(images);
	});

	it.each([
		["in the order in which they came", [one, other]],
		["in the other order", [other, one]],
	])("keeps a pod failing for two experiments until both are over, %s", async (_, [first, last]) => {
		const pods = new OnePod(view(images));
		await inject(pods, one, failure);
		pods.restartContainers();
		await inject(pods, other, failure);
		expect(verify(here(pods), one.id)).toBe("in place");
		expect(verify(here(pods), other.id)).toBe("in place");
		await recover(pods, first ?? one);
		expect(pods.images).toEqual(failed);
		expect(verify(here(pods), (last ?? other).id)).toBe("in place");
		await recover(pods, last ?? other);
		expect(pods.images).toEqual(images);
	});

	it("says that it is lost when somebody changes an image, and leaves that image on recovery", async () => {
		const pods = new OnePod(view(images));
		await inject(pods, one, failure);
		pods.restartContainers();
		pods.edit(({ spec }) => {
			for (const container of spec.containers) if (container.name === "web") container.image = "web:9";
		});
		expect(verify(here(pods), one.id)).toBe("lost");
		await recover(pods, one);
		expect(pods.images).toEqual({ ...images, web: "web:9" });
	});

	it("fails a pod again that somebody has changed, and gives back what it was last", async () => {
		const pods = new OnePod(view(images));
		await inject(pods, one, failure);
		pods.edit(({ spec }) => {
			for (const container of spec.containers) container.image = "web:9";
		});
		await inject(pods, one, failure);
		expect(pods.images).toEqual(failed);
		await recover(pods, one);
		expect(new Set(Object.values(pods.images))).toEqual(new Set(["web:9"]));
	});

	it("reads the pod anew when it has changed in between", async () => {
		const pods = new OnePod(view(images));
		let writes = 0;
		pods.beforePatch = () => {
			if (writes++ === 0) pods.edit(({ metadata }) => Object.assign(metadata, { annotations: { mine: "kept" } }));
		};
		await inject(pods, one, failure);
		expect(writes).toBe(2);
		expect(pods.images).toEqual(failed);
		expect(pods.pod?.metadata.annotations?.["mine"]).toBe("kept");
	});

	it("gives up on a pod that changes all the time, and says whose it is", async () => {
		const pods = new OnePod(view(images));
		pods.beforePatch = () => pods.edit(() => undefined);
		await expect(inject(pods, one, failure)).rejects.toThrow("pod shop/web-0 is changed by others all the time");
	});

	it("does not pass for recovered when nobody knows any more what the containers were", async () => {
		const pods = new OnePod(view(images));
		await inject(pods, one, failure);
		pods.edit(({ metadata }) => Object.assign(metadata, { annotations: {} }));
		await expect(recover(pods, one)).rejects.toThrow("set their images, or delete the pod");
		pods.edit(({ spec }) => {
			for (const container of spec.containers) container.image = "web:1";
		});
		expect(await recover(pods, one)).toEqual([]);
	});

	it("does nothing to a pod of another uid", async () => {
		const pods = new OnePod(view(images));
		const elsewhere = { ...one, target: { ...target, podUid: "uid-older" } };
		await expect(inject(pods, elsewhere, failure)).rejects.toThrow(TargetGoneError);
		expect(await recover(pods, elsewhere)).toEqual([]);
		expect(pods.images).toEqual(images);
	});

	it("says how the controller gets to know the system's image", async () => {
		const pods = Object.assign(new OnePod(view(images)), { systemImage: "" });
		await expect(inject(pods, one, failure)).rejects.toThrow("set PULUMI_CHAOS_IMAGE");
		expect(pods.images).toEqual(images);
	});

	it.each(["{", "[]", '{"holders":[],"by":"x","containers":{}}', '{"holders":{"a":1},"by":"x","containers":{}}'])(
		"takes an annotation that is not ours for none: %s",
		(text) => {
			const pod = view(images);
			pod.metadata.annotations = { [failureAnnotation]: text };
			expect(held(pod)).toEqual([]);
			expect(verify(pod, one.id)).toBe("lost");
		},
	);
});

it("kills a pod with the grace that it is given, and has nothing to take back", async () => {
	const pods = new OnePod(view(images));
	expect(await inject(pods, one, { action: "pod-kill", gracePeriod: 7 })).toBe("done");
	expect(pods.deleted).toEqual([7]);
	expect(await recover(pods, one)).toEqual([]);
});
