import { describe, expect, test } from "vitest";
import type { Fetch, Plan } from "../explanation";
import { layOut, type Sizes } from "./layout";

const sizes: Sizes = { width: 100, height: () => 40, gap: { x: 20, y: 10 }, lane: 6 };

function fetch(id: number, ...after: number[]): Fetch {
  return { id, after, source: "s", connector: "c", request: "GET /", keys: [], calls: { min: 1, max: 1 } };
}

function plan(stages: number[][], ...fetches: Fetch[]): Plan {
  return { operation: "Q", conditions: [], stages, fetches, calls: { min: 1, max: null } };
}

describe("layOut", () => {
  test("an empty plan takes no room", () => {
    expect(layOut(plan([]), sizes)).toEqual({ width: 0, height: 0, columns: [], cards: [], arrows: [] });
  });

  test("stages are columns and their fetches stand below each other", () => {
    const { width, height, columns, cards } = layOut(plan([[1], [2, 3]], fetch(1), fetch(2, 1), fetch(3, 1)), sizes);
    expect({ width, height, columns }).toEqual({ width: 220, height: 90, columns: [0, 120] });
    expect(cards).toEqual([
      { fetch: 1, x: 0, y: 0, height: 40 },
      { fetch: 2, x: 120, y: 0, height: 40 },
      { fetch: 3, x: 120, y: 50, height: 40 },
    ]);
  });

  test("fetches stand at the height of what they wait for", () => {
    const { cards } = layOut(plan([[1, 2], [3, 4]], fetch(1), fetch(2), fetch(3, 2), fetch(4, 1)), sizes);
    expect(cards.slice(2).map((c) => c.fetch)).toEqual([4, 3]);
  });

  test("an arrow that spans a stage runs beside its cards", () => {
    const { cards, arrows } = layOut(plan([[1], [2], [3]], fetch(1), fetch(2, 1), fetch(3, 1, 2)), sizes);
    expect(arrows.map((a) => [a.from, a.to])).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    const lane = cards.find((c) => c.fetch === 2)?.y === 0 ? 53 : 3;
    expect(arrows[1]?.path).toBe(`M100 20C110 20 110 ${lane} 120 ${lane}H220C230 ${lane} 230 20 240 20`);
  });

  test("what waits for an unknown fetch is drawn without that arrow", () => {
    expect(layOut(plan([[1]], fetch(1, 9)), sizes).arrows).toEqual([]);
  });
});
