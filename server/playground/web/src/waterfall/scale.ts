import type { Call } from "../explanation";

/** The time axis of a waterfall. */
export interface Scale {
  /** What the axis ends at, in milliseconds. It is a tick. */
  readonly end: number;
  readonly ticks: readonly number[];
}

/** scaleOf returns an axis from 0 on that holds all calls, with three to six ticks at round times. */
export function scaleOf(calls: readonly Call[]): Scale {
  const last = Math.max(lastEnd(calls), 0.01);
  const step = roundStep(last / 4);
  const count = Math.ceil(last / step - 1e-9);
  return { end: count * step, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}

/** roundStep returns the smallest of 1, 2 and 5 times a power of ten that is not below a number. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (([1, 2, 5].find((m) => m * power >= least * (1 - 1e-9))) ?? 10) * power;
}

/** What the calls of an answer add up to. */
export interface Totals {
  readonly made: number;
  readonly failed: number;
  /** When the last call ended, in milliseconds since the query was given. */
  readonly wall: number;
  /** What the calls took together. */
  readonly sum: number;
  readonly bytes: number;
}

/** totalsOf adds up calls. */
export function totalsOf(calls: readonly Call[]): Totals {
  return {
    made: calls.length,
    failed: calls.filter((c) => c.code).length,
    wall: lastEnd(calls),
    sum: calls.reduce((sum, c) => sum + c.duration, 0),
    bytes: calls.reduce((sum, c) => sum + c.bytes, 0),
  };
}

function lastEnd(calls: readonly Call[]): number {
  return calls.reduce((end, c) => Math.max(end, c.start + c.duration), 0);
}
