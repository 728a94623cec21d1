// Small charts: a line over its area, one point per second, and a red mark for each second with errors.

import { vector } from "./dom.js";

const width = 240;
const height = 40;
const room = 2; // above the highest point, for half of the line's width

/**
 * Returns {node, update}. update(values, errors, label) draws: values and errors have one number per second, errors may be
 * null. The label says the same in words.
 */
export function chart() {
  const base = vector("line", { class: "base", x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5 });
  const area = vector("path", { class: "area" });
  const line = vector("path", { class: "line" });
  const marks = vector("path", { class: "error" });
  const node = vector("svg", { class: "chart", role: "img", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" });
  node.append(base, area, line, marks);
  return {
    node,
    update(values, errors, label) {
      node.setAttribute("aria-label", label);
      const path = linePath(values, Math.max(...values, 0));
      line.setAttribute("d", path);
      area.setAttribute("d", path && `${path}V${height}H0Z`);
      marks.setAttribute("d", errors ? markPath(errors) : "");
    },
  };
}

function x(i, length) {
  return ((i * width) / Math.max(length - 1, 1)).toFixed(1);
}

function linePath(values, most) {
  if (!most) return "";
  const y = (v) => (height - 1 - (v / most) * (height - 1 - room)).toFixed(1);
  return values.map((v, i) => `${i ? "L" : "M"}${x(i, values.length)},${y(v)}`).join("");
}

/** One short stroke from the base for each second with errors. */
function markPath(errors) {
  return errors.map((n, i) => (n ? `M${x(i, errors.length)},${height}V${height - 7}` : "")).join("");
}

/** Returns the mean of the last entries of a list. */
export function recent(values, entries) {
  const last = values.slice(-entries);
  return last.length ? last.reduce((sum, v) => sum + v, 0) / last.length : 0;
}
