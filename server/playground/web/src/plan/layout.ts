import type { Fetch, Plan } from "../explanation";

/** A fetch's card, in pixels from the drawing's top left corner. */
export interface Card {
  readonly fetch: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** An arrow from a fetch to one that waits for it, as a path of SVG. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/** Where everything of a drawn plan is. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The left edges of the stages. */
  readonly columns: readonly number[];
  readonly cards: readonly Card[];
  readonly arrows: readonly Arrow[];
}

/** Sizes of the drawing, in pixels: of cards, and of what is between them. */
export interface Sizes {
  readonly width: number;
  readonly height: (fetch: Fetch) => number;
  /** Between columns, where the arrows bend, and between the cards of a column. */
  readonly gap: { readonly x: number; readonly y: number };
  /** The height that an arrow takes where it passes a stage. */
  readonly lane: number;
}

/** Something that takes a place in a column: a card, or an arrow that passes by. */
interface Slot {
  readonly fetch: number;
  /** The slots of the column before that lead here. */
  readonly before: readonly Slot[];
  readonly isCard: boolean;
  readonly height: number;
  y: number;
}

/**
 * layOut draws a plan with its stages as columns. An arrow that spans several stages gets a lane in each that it passes, so
 * that it runs beside the cards and not behind them. Slots are sorted by the mean height of what leads to them, which keeps
 * most arrows from crossing.
 */
export function layOut(plan: Plan, sizes: Sizes): Layout {
  const columns = slotColumns(plan, sizes);
  let height = 0;
  for (const column of columns) {
    height = Math.max(height, place(column, sizes));
  }
  const step = sizes.width + sizes.gap.x;
  const cards: Card[] = [];
  const arrows: Arrow[] = [];
  columns.forEach((column, stage) => {
    for (const slot of column) {
      if (!slot.isCard) {
        continue;
      }
      cards.push({ fetch: slot.fetch, x: stage * step, y: slot.y, height: slot.height });
      for (const source of slot.before) {
        arrows.push(arrow(source, slot, stage, sizes));
      }
    }
  });
  return {
    width: Math.max(0, columns.length * step - sizes.gap.x),
    height,
    columns: columns.map((_, stage) => stage * step),
    cards,
    arrows,
  };
}

function slotColumns(plan: Plan, sizes: Sizes): Slot[][] {
  const stageOf = new Map(plan.stages.flatMap((ids, stage) => ids.map((id) => [id, stage] as const)));
  const fetches = new Map(plan.fetches.map((f) => [f.id, f]));
  const columns: Slot[][] = plan.stages.map(() => []);
  // The slot by which a fetch is reached from the stage after the given one.
  const reach = new Map<string, Slot>();
  const from = (id: number, stage: number): Slot | undefined => {
    const known = reach.get(`${id}@${stage}`);
    if (known || stage <= (stageOf.get(id) ?? Infinity)) {
      return known;
    }
    const before = from(id, stage - 1);
    if (!before) {
      return undefined;
    }
    const lane: Slot = { fetch: id, before: [before], isCard: false, height: sizes.lane, y: 0 };
    reach.set(`${id}@${stage}`, lane);
    columns[stage]?.push(lane);
    return lane;
  };
  plan.stages.forEach((ids, stage) => {
    for (const id of ids) {
      const fetch = fetches.get(id);
      if (!fetch) {
        continue;
      }
      const before = fetch.after.flatMap((a) => from(a, stage - 1) ?? []);
      const card: Slot = { fetch: id, before, isCard: true, height: sizes.height(fetch), y: 0 };
      reach.set(`${id}@${stage}`, card);
      columns[stage]?.push(card);
    }
  });
  return columns;
}

/** place stacks the slots of a column and returns its height. */
function place(column: Slot[], sizes: Sizes): number {
  const heights = new Map(column.map((s) => [s, meanOf(s.before.map((b) => b.y))]));
  column.sort((a, b) => (heights.get(a) ?? 0) - (heights.get(b) ?? 0) || a.fetch - b.fetch);
  let y = 0;
  for (const slot of column) {
    slot.y = y;
    y += slot.height + sizes.gap.y;
  }
  return Math.max(0, y - sizes.gap.y);
}

function meanOf(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((a, b) => a + b, 0) / numbers.length;
}

function arrow(source: Slot, target: Slot, stage: number, sizes: Sizes): Arrow {
  const step = sizes.width + sizes.gap.x;
  let path = "";
  // From the target back to the source's card: each piece bends in a gap, and lanes run straight.
  for (let slot = source, to = target, column = stage; ; column--) {
    const left = (column - 1) * step;
    const y = middle(slot);
    path = bend(left + sizes.width, y, column * step, middle(to)) + path;
    const next = slot.before[0];
    if (slot.isCard || !next) {
      return { from: slot.fetch, to: target.fetch, path: `M${left + sizes.width} ${y}${path}` };
    }
    path = `H${left + sizes.width}${path}`;
    [slot, to] = [next, slot];
  }
}

function middle(slot: Slot): number {
  return slot.y + slot.height / 2;
}

function bend(x1: number, y1: number, x2: number, y2: number): string {
  const half = (x1 + x2) / 2;
  return `C${half} ${y1} ${half} ${y2} ${x2} ${y2}`;
}
