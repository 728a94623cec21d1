// The table of who gives tokens: whether they can be checked, and what has become of them. Tokens themselves are never told.

import { attributes, element, keyed, setText } from "./dom.js";
import { ago, count, partOf } from "./format.js";

// How states are shown: a class, and a word.
const states = { OK: ["ok", "ok"], UNUSED: ["unused", "unused"], FAILING: ["failing", "failing"] };

const reasons = {
  INVALID: "not valid", EXPIRED: "expired", NOT_VALID_YET: "not valid yet", OTHER_AUDIENCE: "for another audience",
  OTHER_CLIENT: "of another client", SEVERAL: "several at one place", NOT_CHECKED: "not checked",
};

/** Returns a function that shows an answer to the status query. */
export function issuers(table, none, stray) {
  const show = keyed(table.appendChild(element("tbody")), issuerRow);
  return ({ tokenIssuers, strayTokens, startedAt, uptime }) => {
    const now = Date.parse(startedAt) + uptime * 1000;
    none.hidden = tokenIssuers.length > 0;
    table.parentElement.hidden = tokenIssuers.length === 0;
    stray.hidden = strayTokens.length === 0;
    setText(stray, `Tokens of nobody in the table: ${why(strayTokens)}.`);
    // Two may have one name.
    show(tokenIssuers.map((issuer, i) => ({ issuer, now, key: `${i} ${issuer.name}` })), ({ key }) => key);
  };
}

function issuerRow() {
  const name = element("span", "code");
  const how = element("div", "under");
  const state = element("span", "state");
  const problem = element("div", "under");
  const accepted = element("td", "number");
  const refused = element("span");
  const whys = element("div", "under");
  const refusedCell = element("td", "number", refused, whys);
  const keys = element("td", "number");
  const calls = element("span");
  const failures = element("div", "under");
  const last = element("td");
  return {
    nodes: [element("tr", "row", attributes(element("th", "", name, how), { scope: "row" }), element("td", "", state, problem), accepted,
      refusedCell, keys, element("td", "number", calls, failures), last)],
    update({ issuer: i, now }) {
      const all = i.refused.reduce((sum, r) => sum + r.count, 0);
      const [className, word] = states[i.state];
      setText(name, i.name);
      setText(how, i.check === "SIGNATURE" ? "signed tokens" : "is asked about tokens");
      state.className = `state ${className}`;
      setText(state, word);
      setText(problem, i.lastFailure ? `${i.lastFailure.problem}, ${ago(i.lastFailure.at, now)}` : "");
      setText(accepted, count(i.accepted));
      setText(refused, partOf(all, i.accepted + all));
      refusedCell.classList.toggle("bad", all > 0);
      setText(whys, why(i.refused));
      setText(keys, i.keys === null ? "–" : count(i.keys));
      setText(calls, count(i.calls));
      setText(failures, i.failures ? `${count(i.failures)} failed` : "");
      failures.classList.toggle("bad", i.failures > 0);
      setText(last, ago(i.answeredAt, now));
    },
  };
}

/** Returns why tokens were refused: 2 expired, 1 not valid. */
function why(refused) {
  return refused.map((r) => `${count(r.count)} ${reasons[r.reason]}`).join(", ");
}
