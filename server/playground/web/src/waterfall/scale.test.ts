import { describe, expect, test } from "vitest";
import type { Call } from "../explanation";
import { scaleOf, totalsOf } from "./scale";

function call(start: number, duration: number, code?: string): Call {
  return { fetch: 1, source: "s", request: "GET /", start, duration, bytes: 10, keys: 1, rows: 1, ...(code && { code }) };
}

describe("scaleOf", () => {
  test.each([
    [[], 0.01, 3],
    [[call(0, 1)], 1, 3],
    [[call(0, 20), call(20, 47.9)], 80, 5],
    [[call(0, 100)], 100, 3],
    [[call(0, 101)], 150, 4],
    [[call(3, 1240)], 1500, 4],
  ])("ends at a round time that holds all calls: %#", (calls, end, ticks) => {
    const scale = scaleOf(calls);
    expect(scale.end).toBeCloseTo(end, 9);
    expect(scale.ticks).toHaveLength(ticks);
    expect(scale.ticks[0]).toBe(0);
    expect(scale.ticks.at(-1)).toBe(scale.end);
  });
});

test("totals tell the wall time from the sum", () => {
  expect(totalsOf([call(0, 20), call(20, 25), call(20, 21, "CONNECTOR_FETCH")])).toEqual({
    made: 3,
    failed: 1,
    wall: 45,
    sum: 66,
    bytes: 30,
  });
});
