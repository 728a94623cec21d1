// The table of API keys: whose they are, whether they hold, and what is left of their quotas. Keys themselves are never told.

import { attributes, element, keyed, setText } from "./dom.js";
import { ago, count, counted, span, until } from "./format.js";

const page = 20;

// How states are shown: a class, and a word.
const states = {
  ACTIVE: ["ok", "active"], EXPIRING: ["soon", "ends soon"], EXPIRED: ["none", "expired"], REVOKED: ["none", "revoked"],
  DISABLED: ["none", "disabled"], NOT_VALID_YET: ["none", "not valid yet"],
};

/** Returns {first, show}: how many keys to ask for, and a function that shows an answer to the status query. */
export function keys(table, total, none, more) {
  const show = keyed(table.appendChild(element("tbody")), keyRow);
  let first = page;
  more.addEventListener("click", () => {
    first += page;
    table.dispatchEvent(new CustomEvent("more"));
  });
  return {
    first: () => first,
    show({ apiKeys, apiKeyCount, startedAt, uptime }) {
      const now = Date.parse(startedAt) + uptime * 1000;
      none.hidden = apiKeyCount > 0;
      table.parentElement.hidden = apiKeyCount === 0;
      more.hidden = apiKeys.length >= apiKeyCount;
      setText(total, apiKeys.length < apiKeyCount ? `${count(apiKeys.length)} of ${count(apiKeyCount)}` : count(apiKeyCount));
      show(apiKeys.map((key) => ({ key, now })), ({ key }) => key.id);
    },
  };
}

function keyRow() {
  const id = element("span", "code");
  const under = element("div", "under");
  const state = element("span", "state");
  const ends = element("div", "under");
  const last = element("td");
  const amounts = [amount(), amount(), amount(), amount()];
  return {
    nodes: [element("tr", "row", attributes(element("th", "", id, under), { scope: "row" }), element("td", "", state, ends), last,
      ...amounts.map((a) => a.node))],
    update({ key, now }) {
      setText(id, key.id);
      setText(under, [key.owner, key.label].filter(Boolean).join(", "));
      const [name, word] = states[key.state];
      state.className = `state ${name}`;
      setText(state, word);
      setText(ends, stateDetail(key, now));
      setText(last, ago(key.lastUsedAt, now));
      const { today, thisMonth } = key;
      [today.requests, today.cost, thisMonth.requests, thisMonth.cost].forEach((spent, i) => amounts[i].update(spent));
    },
  };
}

function stateDetail({ state, expiresAt, notBefore, revokedAt, secrets }, now) {
  switch (state) {
    case "REVOKED": return ago(revokedAt, now);
    case "EXPIRED": return ago(expiresAt, now);
    case "NOT_VALID_YET": return `in ${span(until(notBefore, now))}`;
    case "DISABLED": return "";
    default:
      return [expiresAt && `ends in ${span(until(expiresAt, now))}`, secrets > 1 && counted(secrets, "secret")].filter(Boolean).join(", ");
  }
}


// amount is a cell with what was used, and of how much.
function amount() {
  const used = element("span");
  const left = element("div", "under");
  return {
    node: element("td", "number", used, left),
    update(spent) {
      const hasQuota = spent.quota !== null;
      setText(used, hasQuota ? `${count(spent.used)} of ${count(spent.quota)}` : count(spent.used));
      setText(left, hasQuota ? `${count(spent.left)} left` : "");
      left.classList.toggle("bad", hasQuota && spent.left === 0);
    },
  };
}
