// The table of rate limits: what each counts, and what it has decided.

import { attributes, element, keyed, setText } from "./dom.js";
import { count, counted, duration, partOf, span } from "./format.js";

const who = {
  EVERYONE: "everyone together", CALLER: "caller", KEY: "API key", OWNER: "owner of API keys", IP: "address", OPERATION: "operation",
  FIELD: "field",
};
const what = { REQUESTS: "requests", COST: "cost", FAILED_AUTHENTICATIONS: "failed authentications" };

/** Returns a function that shows an answer to the status query. */
export function limits(table, none) {
  const show = keyed(table.appendChild(element("tbody")), limitRow);
  return ({ rateLimits }) => {
    none.hidden = rateLimits.length > 0;
    table.parentElement.hidden = rateLimits.length === 0;
    show(rateLimits, (l) => l.name);
  };
}

function limitRow() {
  const name = element("span", "name");
  const under = element("div", "under");
  const counts = element("td", "code");
  const limit = element("td", "number");
  const admitted = element("td", "number");
  const refused = element("td", "number");
  const tracked = element("td", "number");
  return {
    nodes: [element("tr", "row", attributes(element("th", "", name, under), { scope: "row" }), counts, limit, admitted, refused, tracked)],
    update(l) {
      setText(name, l.name);
      setText(under, perWhom(l) + (l.conditional ? ", some requests only" : ""));
      setText(counts, l.counts === "FIELDS" ? l.fields.join(", ") : what[l.counts]);
      setText(limit, `${count(l.limit)} in ${interval(l.interval)}` + (l.burst === l.limit ? "" : `, ${count(l.burst)} at once`));
      setText(admitted, count(l.admitted));
      setText(refused, partOf(l.refused, l.admitted + l.refused));
      refused.classList.toggle("bad", l.refused > 0);
      setText(tracked, l.crowded ? `${count(l.tracked)}, others share` : count(l.tracked));
      tracked.classList.toggle("bad", l.crowded);
      tracked.title = `${counted(l.tracked, "one")} counted apart that ${l.tracked === 1 ? "has" : "have"} not all of the limit at the moment`;
    },
  };
}

function perWhom({ per }) {
  return per[0] === "EVERYONE" ? who.EVERYONE : `for each ${per.map((p) => who[p]).join(" and ")}`;
}

function interval(seconds) {
  return seconds < 1 ? duration(seconds * 1000) : span(seconds);
}
