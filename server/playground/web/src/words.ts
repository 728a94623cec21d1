import type { CallRange, Cost } from "./explanation";

/** protocol names a kind of source as people write it. */
export function protocol(kind: string | undefined): string {
  switch (kind) {
    case "http":
      return "REST";
    case "grpc":
      return "gRPC";
    case "soap":
      return "SOAP";
    case "go":
      return "Go";
    case "virtual":
      return "virtual";
    default:
      return "";
  }
}

/** range says a prediction in words: "1", "0–1", "2 or more". */
export function range({ min, max }: CallRange): string {
  if (max === null) {
    return min === 0 ? "any number" : `${min} or more`;
  }
  return min === max ? `${min}` : `${min}–${max}`;
}

/** covers tells whether a prediction held. */
export function covers({ min, max }: CallRange, made: number): boolean {
  return min <= made && (max === null || made <= max);
}

/** counted is a number with its noun: "1 call", "7 calls". */
export function counted(n: number, noun: string): string {
  if (n === 1) {
    return `1 ${noun}`;
  }
  return `${n} ${noun}${noun.endsWith("ch") ? "es" : "s"}`;
}

/** price says a cost in words: "14, estimated 301, at most 1000". */
export function price({ estimated, actual, max }: Cost): string {
  return `${actual}, estimated ${estimated}${max === undefined ? "" : `, at most ${max}`}`;
}

/** milliseconds writes a time with about three digits: "0.19 ms", "21.4 ms", "1240 ms". */
export function milliseconds(ms: number): string {
  return `${amount(ms)} ms`;
}

function amount(ms: number): string {
  if (ms < 1) {
    return ms.toFixed(2);
  }
  return ms < 100 ? ms.toFixed(1) : Math.round(ms).toString();
}

/** bytes writes a size: "140 B", "8.4 kB". */
export function bytes(n: number): string {
  if (n < 1000) {
    return `${n} B`;
  }
  return n < 1e6 ? `${(n / 1e3).toFixed(1)} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

/** The names of gRPC's codes, by number. */
const grpcCodes = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** status says how a call ended, as its protocol does. Without a status there was no reply. */
export function status(kind: string | undefined, code: number | undefined): string {
  if (code === undefined) {
    return "no reply";
  }
  return kind === "grpc" ? (grpcCodes[code] ?? `${code}`) : `${code}`;
}
