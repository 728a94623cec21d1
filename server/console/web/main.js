// Polls the system schema while the page is visible, and gives what comes to the views.

import * as api from "./api.js";
import { setFacts, setText } from "./dom.js";
import { span } from "./format.js";
import { issuers } from "./issuers.js";
import { keys } from "./keys.js";
import { limits } from "./limits.js";
import { overview } from "./overview.js";
import { plans } from "./plans.js";
import { sources } from "./sources.js";

const every = 2000;

const byId = (id) => document.getElementById(id);
const views = [
  overview(byId("overview")), sources(byId("source-table")), limits(byId("limit-table"), byId("no-limits")),
  issuers(byId("issuer-table"), byId("no-issuers"), byId("stray-tokens")),
];
const keyList = keys(byId("key-table"), byId("key-count"), byId("no-keys"), byId("more-keys"));
const planList = plans(byId("plans"), byId("plan-count"));

let timer;
let running = false;

async function poll() {
  clearTimeout(timer);
  if (document.hidden || running) return;
  running = true;
  try {
    const [status, { plans: items }] = await Promise.all([api.ask(api.status, { keys: keyList.first() }), api.ask(api.plans, { first: planList.first() })]);
    showFacts(status);
    showRefused(status.refusedChange);
    views.forEach((show) => show(status));
    keyList.show(status);
    planList.show(items, status.generation.plans);
    showLink("live", "live");
  } catch (error) {
    showLink("lost", `no connection (${error.message})`);
  } finally {
    running = false;
    timer = setTimeout(poll, every);
  }
}

function showFacts({ version, generation, uptime }) {
  setFacts(byId("facts"), [
    ["Version", version],
    ["Generation", String(generation.number)],
    ["Up", span(uptime)],
  ]);
}

// What stands in the files and does not serve is the first thing that an operator has to know.
function showRefused(change) {
  const notice = byId("refused");
  notice.hidden = !change;
  if (!change) return;
  setText(notice, `The change of ${new Date(change.at).toLocaleTimeString()} has errors, and what was served is served on:\n` +
    change.problems.join("\n"));
}

function showLink(name, text) {
  byId("link").className = name;
  setText(byId("link"), text);
}

document.addEventListener("visibilitychange", poll);
byId("plans").addEventListener("more", poll);
byId("key-table").addEventListener("more", poll);
poll();
