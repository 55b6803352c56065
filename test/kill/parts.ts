/** What can be killed. */
export const parts = [
	"leader",
	"frozen leader",
	"cut-off leader",
	"daemon",
	"cut-off daemon",
	"helper",
	"API server",
	"etcd",
	"runtime",
	"target container",
	"target pod",
	"node",
	"pulumi",
] as const;

/** One of them. */
export type Part = (typeof parts)[number];
