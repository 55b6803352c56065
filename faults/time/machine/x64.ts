import { dataListing } from "../shares.ts";
import { assemble } from "./listing.ts";
import type { Machine } from "./machine.ts";
import { wholeInstructions } from "./prologue.ts";

/**
 * In the calling convention of System V; the stack is aligned to 16 bytes at each call, registers that belong to the caller stay as
 * they are. `time` takes the coarse clock as the kernel's own does, and it and `gettimeofday` follow the offset of clock 0.
 */
const listing = `
clock_gettime:
  57                        push rdi
  56                        push rsi
  48 83 ec 08               sub rsp, 8
  e8 {original}             call original
  48 83 c4 08               add rsp, 8
  5e                        pop rsi
  5f                        pop rdi
  85 c0                     test eax, eax
  75 {got:near}             jne got
  83 ff 0b                  cmp edi, 11
  77 {got:near}             ja got
  89 f9                     mov ecx, edi
  48 c1 e1 04               shl rcx, 4
  48 8d 15 {offsets}        lea rdx, [rip + offsets]
  48 01 d1                  add rcx, rdx
  48 8b 11                  mov rdx, [rcx]
  48 01 16                  add [rsi], rdx
  48 8b 51 08               mov rdx, [rcx + 8]
  48 03 56 08               add rdx, [rsi + 8]
  48 81 fa 00 ca 9a 3b      cmp rdx, 1000000000
  7c {within:near}          jl within
  48 81 ea 00 ca 9a 3b      sub rdx, 1000000000
  48 ff 06                  inc qword ptr [rsi]
within:
  48 89 56 08               mov [rsi + 8], rdx
got:
  c3                        ret
gettimeofday:
  48 85 ff                  test rdi, rdi
  74 {zone:near}            je zone
  57                        push rdi
  56                        push rsi
  48 83 ec 18               sub rsp, 24
  31 ff                     xor edi, edi
  48 89 e6                  mov rsi, rsp
  e8 {clock_gettime}        call clock_gettime
  48 8b 04 24               mov rax, [rsp]
  48 8b 4c 24 08            mov rcx, [rsp + 8]
  48 83 c4 18               add rsp, 24
  5e                        pop rsi
  5f                        pop rdi
  48 89 07                  mov [rdi], rax
  b8 d3 4d 62 10            mov eax, 274877907
  48 0f af c1               imul rax, rcx
  48 c1 e8 26               shr rax, 38
  48 89 47 08               mov [rdi + 8], rax
zone:
  48 85 f6                  test rsi, rsi
  74 {said:near}            je said
  31 ff                     xor edi, edi
  b8 60 00 00 00            mov eax, 96
  0f 05                     syscall
said:
  31 c0                     xor eax, eax
  c3                        ret
time:
  57                        push rdi
  48 83 ec 10               sub rsp, 16
  bf 05 00 00 00            mov edi, 5
  48 89 e6                  mov rsi, rsp
  e8 {original}             call original
  48 8b 04 24               mov rax, [rsp]
  48 8b 4c 24 08            mov rcx, [rsp + 8]
  48 83 c4 10               add rsp, 16
  5f                        pop rdi
  48 03 05 {offsets}        add rax, [rip + offsets]
  48 03 0d {nanoseconds}    add rcx, [rip + nanoseconds]
  48 81 f9 00 ca 9a 3b      cmp rcx, 1000000000
  7c {whole:near}           jl whole
  48 ff c0                  inc rax
whole:
  48 85 ff                  test rdi, rdi
  74 {told:near}            je told
  48 89 07                  mov [rdi], rax
told:
  c3                        ret
original:
  .space 32
${dataListing}`;

/** x86-64. `274877907 * n / 2^38` in `gettimeofday` is exactly `n / 1000`, rounded down, for all n below a thousand million. */
export const x64: Machine = {
	elf: 62,
	code: assemble(listing.trim()),
	functions: [
		{ symbol: "__vdso_clock_gettime", label: "clock_gettime" },
		{ symbol: "__vdso_gettimeofday", label: "gettimeofday" },
		{ symbol: "__vdso_time", label: "time" },
	],
	original(body, from, to) {
		const length = wholeInstructions(body, jumpSize);
		if (length === undefined) return undefined;
		return Buffer.concat([body.subarray(0, length), jump(to + length, from + length)]);
	},
	// mov eax, 228 (clock_gettime); syscall; ret
	systemCall: Buffer.from("b8e40000000f05c3", "hex"),
	entry: (_body, from, to) => jump(from, to),
};

const jumpSize = 5;

/** jmp, with the distance counted from behind it. */
function jump(from: number, to: number): Buffer {
	const bytes = Buffer.from([0xe9, 0, 0, 0, 0]);
	bytes.writeInt32LE(to - (from + jumpSize), 1);
	return bytes;
}
