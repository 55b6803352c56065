/** Why a kind that nothing runs yet is refused. */
export function pendingMessage(kind: string): string {
	return `${kind} can't be run by this version of pulumi-chaos yet`;
}
