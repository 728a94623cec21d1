// The tiles: what clients ask, what they get, and what is there to answer them.

import { chart, recent } from "./chart.js";
import { element, setText } from "./dom.js";
import { count, counted, duration, percentile, rate, share } from "./format.js";

/** Returns a function that shows an answer to the status query. */
export function overview(root) {
  const requests = tile("Requests per second", true);
  const latency = tile("Time per request", true);
  const errors = tile("Requests with errors", true);
  const refused = tile("Refused", false);
  const sources = tile("Sources", false);
  errors.chart.node.classList.add("errors");
  root.append(requests.node, latency.node, errors.node, refused.node, sources.node);
  return (data) => {
    showRequests(requests, data.requests);
    showLatency(latency, data.requests);
    showErrors(errors, data.requests);
    showRefused(refused, data.requests.refused);
    showSources(sources, data);
  };
}

function tile(title, hasChart) {
  const value = element("p", "value");
  const detail = element("p", "detail");
  const node = element("article", "tile", element("h3", "", title), value, detail);
  const drawn = hasChart ? chart() : null;
  if (drawn) node.append(drawn.node);
  return { node, value, detail, chart: drawn };
}

function showRequests(t, requests) {
  const { counts, errors } = requests.history;
  const now = recent(counts, 5);
  setText(t.value, rate(now));
  setText(t.detail, `${counted(requests.count, "request")}, ${count(requests.inFlight)} in flight`);
  t.chart.update(counts, errors, `Requests per second, now ${rate(now)}, at most ${count(Math.max(...counts, 0))} in two minutes`);
}

function showLatency(t, requests) {
  const { latency, history } = requests;
  setText(t.value, percentile(latency, "p50"));
  setText(t.detail, latency
    ? `median; p95 ${duration(latency.p95)}, p99 ${duration(latency.p99)}, max ${duration(latency.max)}`
    : "no request yet");
  t.chart.update(history.mean, null, `Mean time per request, at most ${duration(Math.max(...history.mean, 0))} in two minutes`);
}

function showErrors(t, requests) {
  setText(t.value, share(requests.errors, requests.count));
  t.value.classList.toggle("bad", requests.errors > 0 && recent(requests.history.errors, 10) > 0);
  setText(t.detail, `${count(requests.errors)} of ${counted(requests.count, "answer")}`);
  t.chart.update(requests.history.errors, null,
    `Answers with errors per second, at most ${count(Math.max(...requests.history.errors, 0))} in two minutes`);
}

function showRefused(t, { rateLimited, unauthenticated, denied }) {
  setText(t.value, count(rateLimited + unauthenticated + denied));
  setText(t.detail, `${count(rateLimited)} beyond a limit (429), ${count(unauthenticated)} not authenticated (401), ${count(denied)} denied (403)`);
}

function showSources(t, { sources, generation }) {
  const failing = sources.filter((s) => s.state === "FAILING").length;
  setText(t.value, failing ? `${failing} failing` : "all well");
  t.value.classList.toggle("bad", failing > 0);
  const calling = sources.filter((s) => s.kind !== "VIRTUAL").length;
  setText(t.detail, `${counted(calling, "source")}, ${counted(generation.documents.length, "document")}, ` +
    `${counted(generation.plans, "plan")} of ${counted(generation.queryDocuments, "query document")}`);
}
