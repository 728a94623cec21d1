// The plans that the generation remembers, each with its text.

import { attributes, element, keyed, setText } from "./dom.js";
import { count, counted, range } from "./format.js";

const page = 20;

/** Returns {first, show}: how many plans to ask for, and a function that shows the answer. */
export function plans(root, total) {
  const list = element("div");
  const none = element("p", "notice", "No operation has been planned yet.");
  const more = attributes(element("button", "more", "Show more"), { type: "button" });
  root.append(none, list, more);
  const show = keyed(list, planView);
  let first = page;
  more.addEventListener("click", () => {
    first += page;
    root.dispatchEvent(new CustomEvent("more"));
  });
  return {
    first: () => first,
    show(items, known) {
      none.hidden = items.length > 0;
      more.hidden = items.length >= known;
      setText(total, items.length < known ? `${count(items.length)} of ${count(known)}` : count(known));
      show(items, (p) => [p.document, p.operation, ...p.conditions].join("\n"));
    },
  };
}

function planView() {
  const title = element("span", "title");
  const query = element("span", "code soft");
  const conditions = element("span", "code soft");
  const sums = element("span", "sums");
  const text = element("pre");
  text.tabIndex = 0; // it may scroll, and the keyboard has to reach that
  const node = element("details", "plan", element("summary", "", title, query, conditions, sums), text);
  return {
    nodes: [node],
    update(p) {
      setText(title, p.operation);
      setText(query, p.document.slice(0, 8));
      query.title = `SHA-256 of the query document: ${p.document}`;
      setText(conditions, p.conditions.join(", "));
      setText(sums, [
        p.uses === 1 ? "used once" : `used ${count(p.uses)} times`,
        counted(p.stages, "stage"), `${count(p.fetches)} ${p.fetches === 1 ? "fetch" : "fetches"}`, range(p.calls),
      ].join(" · "));
      setText(text, p.text.trimEnd());
    },
  };
}
