import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiRequest, createObject } from "../../tools/cluster/api.ts";
import { importImage } from "../../tools/cluster/cluster.ts";
import type { ClusterLayout } from "../../tools/cluster/layout.ts";
import { writeProgramImage } from "../../tools/cluster/oci-archive.ts";
import { goPrograms } from "../../tools/lib/go-program.ts";
import { root } from "../../tools/lib/paths.ts";
import { lineProgress } from "../../tools/lib/progress.ts";

const image = "localhost/pulumi-chaos/lifecycle-peer:1";
const pods = "/api/v1/namespaces/default/pods";
const services = "/api/v1/namespaces/default/services";

/** A pod that tells who asks it, and asks others. */
export interface Peer {
	readonly name: string;
	/** Its IPv4 and its IPv6 address. */
	readonly addresses: readonly [string, string];
	/** Those of the Service that has only this pod. */
	readonly service: readonly [string, string];
}

/** Builds the peers' program and puts its image on every node. */
export async function importPeerImage(layout: ClusterLayout): Promise<void> {
	const main = join(root, "test", "workplace", "peer", "main.go");
	const bin = await goPrograms({ name: "lifecycle-peer", programs: { peer: "." }, main }, lineProgress());
	const folder = await mkdtemp(join(tmpdir(), "lifecycle-peer-"));
	try {
		await writeProgramImage(join(folder, "peer.tar"), image, join(bin, "peer"));
		await importImage(join(folder, "peer.tar"), layout);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Creates a pod on a node and a Service with both address families for it, and waits until the pod is ready. */
export async function createPeer(layout: ClusterLayout, name: string, node: string): Promise<Peer> {
	const labels = { peer: name };
	await createObject(layout, pods, {
		metadata: { name, labels },
		spec: {
			nodeSelector: { "kubernetes.io/hostname": node },
			terminationGracePeriodSeconds: 0,
			containers: [{ name: "peer", image, imagePullPolicy: "Never", env: [{ name: "POD", value: name }] }],
		},
	});
	await createObject(layout, services, {
		metadata: { name },
		spec: { selector: labels, ipFamilyPolicy: "PreferDualStack", ports: [{ port: 80, targetPort: 8080 }] },
	});
	const { spec } = JSON.parse(await apiRequest(layout, "GET", `${services}/${name}`));
	for (;;) {
		const { status } = JSON.parse(await apiRequest(layout, "GET", `${pods}/${name}`));
		if (
			status.conditions?.some(
				(each: { type: string; status: string }) => each.type === "Ready" && each.status === "True",
			)
		) {
			return { name, addresses: status.podIPs.map(({ ip }: { ip: string }) => ip), service: spec.clusterIPs };
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** What a peer's log says. */
export function peerLog(layout: ClusterLayout, peer: Peer): Promise<string> {
	return apiRequest(layout, "GET", `${pods}/${peer.name}/log`);
}

/** Spells an address for a URL. */
export function host(address: string): string {
	return address.includes(":") ? `[${address}]` : address;
}

/** Lets one peer ask for a URL, and returns the answer, or the error that the peer saw. */
export async function ask(peer: Peer, url: string): Promise<string> {
	const answer = await fetch(`http://${peer.addresses[0]}:8080/get?url=${encodeURIComponent(url)}`);
	return answer.text();
}
