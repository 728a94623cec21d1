// Numbers and times for people. The locale is English, as the page is.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** Returns a number of things: 1,234 or 12.3K. */
export function count(n) {
  return n < 100000 ? whole.format(n) : compact.format(n);
}

/** Returns a rate per second: 0.4 or 120. */
export function rate(perSecond) {
  return perSecond >= 10 || perSecond === 0 ? count(perSecond) : perSecond.toFixed(1);
}

/** Returns a number with its unit. Lines do not break between them. */
function withUnit(n, unit) {
  return `${n}\u00a0${unit}`;
}

/** Returns milliseconds with three digits and a unit. */
export function duration(ms) {
  if (ms < 1) return withUnit(Math.round(ms * 1000), "µs");
  if (ms < 1000) return withUnit(Number(ms.toPrecision(3)), "ms");
  return withUnit(Number((ms / 1000).toPrecision(3)), "s");
}

/** Returns the percentile of a latency, which may be null. */
export function percentile(latency, name) {
  return latency ? duration(latency[name]) : "–";
}

/** Returns a share of a whole: 0 %, 0.3 %, 12 %. */
export function share(part, all) {
  if (!part || !all) return withUnit(0, "%");
  const percent = (100 * part) / all;
  return withUnit(percent < 0.1 ? "<\u00a00.1" : Number(percent.toPrecision(2)), "%");
}

/** Returns a part of a whole as a number and a share: 12 (0.3 %), or 0. */
export function partOf(part, all) {
  return part ? `${count(part)} (${share(part, all)})` : "0";
}

/** Returns a size in bytes for people. */
export function bytes(n) {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  for (; n >= 1000 && unit < units.length - 1; unit++) n /= 1000;
  return withUnit(Number(n.toPrecision(3)), units[unit]);
}

/** Returns seconds as the two largest units: 3 d 4 h, 12 min 5 s. */
export function span(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const at = units.findIndex(([, size]) => seconds >= size);
  if (at < 0) return withUnit(0, "s");
  let rest = Math.floor(seconds);
  return units.slice(at, at + 2).map(([name, size]) => {
    const n = Math.floor(rest / size);
    rest -= n * size;
    return n || name === units[at][0] ? withUnit(n, name) : "";
  }).join(" ").trim();
}

/** Returns how long ago a time was, by the server's clock. */
export function ago(time, now) {
  if (!time) return "never";
  const seconds = since(time, now);
  return seconds < 2 ? "just now" : `${span(seconds)} ago`;
}

/** Returns the seconds that have passed since a time, by the server's clock. */
export function since(time, now) {
  return Math.max(0, (now - Date.parse(time)) / 1000);
}

/** Returns the seconds until a time, by the server's clock. */
export function until(time, now) {
  return Math.max(0, (Date.parse(time) - now) / 1000);
}

/** Returns a predicted number of calls. */
export function range({ min, max }) {
  if (max === null) return `${min} or more calls`;
  if (min === max) return min === 1 ? "1 call" : `${min} calls`;
  return `${min} to ${max} calls`;
}

/** Returns a number with its noun. */
export function counted(n, noun) {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}
