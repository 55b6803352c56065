/**
 * Types of texts that are written in a grammar of their own. A literal that can't be one does not compile; every text that
 * experiments accept does. A text that is only known to be a `string` says what it is: `config.require("length") as Duration`.
 */

type TimeUnit = "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h";
type Time = `${number}${TimeUnit}`;

/** A length of time in Go's format: numbers with units, such as `90s` or `1h30m`. Empty says nothing. */
export type Duration = "" | "0" | "+0" | Time | `${Time}${Time}` | `${Time}${Time}${string}${TimeUnit}`;

/** How far a clock is put forward, or with `-` before it back: `-10m`, `1h30m`. */
export type TimeOffset = Exclude<Duration, "">;

/** A number from 0 to 100, such as `12.5`. Empty says nothing. */
export type Percentage = "" | `${number}`;

/** A number in decimal, such as `5`, `0.05` or `1e-3`. */
export type Decimal = `${number}`;

type Magnitude = "k" | "K" | "m" | "M" | "g" | "G" | "t" | "T";
type Bit = `${"b" | "B"}${"i" | "I"}${"t" | "T"}`;
type Bps = `${"b" | "B"}${"p" | "P"}${"s" | "S"}`;

/** A rate of data: `1mbit` is a million bits a second, `1mbps` a million bytes. */
export type Rate = `${number}${"" | Magnitude}${Bit | Bps}`;

type Byte = "b" | "B";
type ByteMagnitude = Magnitude | "p" | "P";

/** An amount of memory, such as `256MB`, or a share of all there is, such as `50%`. Empty says nothing. */
export type ByteSize =
	| ""
	| `${number}`
	| `${number}%`
	| `${number}${Byte}`
	| `${number}${ByteMagnitude}${"" | `${"" | "i" | "I"}${Byte}`}`;

/** A status code of HTTP, such as `200`, or a range of them, such as `200-299`. */
export type StatusCodes = `${number}` | `${number}-${number}`;

/** A cron expression of five fields (six with seconds), or a name such as `@hourly` or `@every 90s`. */
export type Cron = `@${string}` | `${string} ${string} ${string} ${string} ${string}`;

/** An address of HTTP: `http://front.shop:8080/health`. */
export type HttpUrl = `${"h" | "H"}${"t" | "T"}${"t" | "T"}${"p" | "P"}${"" | "s" | "S"}://${string}`;

type Phase = "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";

/** A phase of a pod's life, or one with `!` before it to leave out the pods in it. */
export type PodPhaseSelector = Phase | `!${Phase}`;

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type First = Exclude<Digit, 0>;
type Up133 = `${First}` | `${First}${Digit}` | `1${0 | 1 | 2}${Digit}` | `13${0 | 1 | 2 | 3}`;
type NumberOf<Text> = Text extends `${infer Value extends number}` ? Value : never;

/** Number of an error of Linux, 1 (EPERM) to 133 (EHWPOISON). One that is only known to be a `number` says so: `os.constants.errno.EIO as Errno`. */
export type Errno = NumberOf<Up133>;
