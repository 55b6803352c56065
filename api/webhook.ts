/** Name of both webhook configurations; the controller puts the bundle of its authority into them. */
export const webhookConfiguration = "pulumi-chaos";
/** Name of the Service by which the API server finds the controller. */
export const webhookService = "pulumi-chaos-controller";
/** Port of the controller's container on which it serves its webhooks. */
export const webhookPort = 9443;
/** Where the webhooks are served. */
export const webhookPaths = { mutate: "/mutate", validate: "/validate" } as const;

/** DNS name that the API server asks for when it calls the Service in this namespace. */
export function webhookServerName(namespace: string): string {
	return `${webhookService}.${namespace}.svc`;
}
