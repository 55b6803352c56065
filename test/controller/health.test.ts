import { expect, it } from "vitest";
import { Health } from "../../controller/health.ts";

it("lives at once, is ready when nothing is missing any more, and knows no other path", async () => {
	let missing: string | undefined = "pods are not listed yet";
	const health = new Health(
		() => missing,
		() => "up 1\n",
	);
	const port = await health.listen(0);
	const ask = async (path: string) => {
		const response = await fetch(`http://127.0.0.1:${port}${path}`);
		return `${response.status} ${(await response.text()).trim()}`;
	};
	expect([await ask("/healthz"), await ask("/readyz")]).toEqual(["200 ok", "503 pods are not listed yet"]);
	missing = undefined;
	expect([await ask("/readyz"), await ask("/")]).toEqual(["200 ok", "404 not found"]);
	expect(await ask("/metrics")).toBe("200 up 1");
	const second = new Health(
		() => undefined,
		() => "",
	);
	await expect(second.listen(port)).rejects.toThrow("EADDRINUSE");
	await health.close();
});
