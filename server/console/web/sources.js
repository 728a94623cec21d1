// The table of sources. Each row opens to what is known of its connectors.

import { chart, recent } from "./chart.js";
import { attributes, element, keyed, setFacts, setText } from "./dom.js";
import { ago, bytes, count, counted, duration, partOf, percentile, rate, since, span } from "./format.js";

const columns = 10;
const percentiles = ["p50", "p95", "p99", "max"];

/** Returns a function that shows an answer to the status query. */
export function sources(table) {
  const body = table.appendChild(element("tbody"));
  const show = keyed(body, sourceRow);
  return (data) => {
    const now = Date.parse(data.startedAt) + data.uptime * 1000;
    show(data.sources.map((source) => ({ source, now })), ({ source }) => source.name);
  };
}

function sourceRow({ source }) {
  const details = sourceDetails(source);
  const button = attributes(element("button", "expand"), { type: "button", "aria-expanded": "false", "aria-controls": details.id });
  const kind = element("span", `kind ${source.kind.toLowerCase()}`, kindName(source.kind));
  button.append(source.name, kind);
  button.addEventListener("click", () => {
    details.node.hidden = !details.node.hidden;
    button.setAttribute("aria-expanded", String(!details.node.hidden));
  });
  const under = element("div", "under");
  const state = element("span", "state");
  const calls = element("td", "number");
  const errors = element("td", "number");
  const times = percentiles.map(() => element("td", "number"));
  const perSecond = chart();
  const perCall = chart();
  const row = element("tr", "source",
    attributes(element("th", "", button, under), { scope: "row" }), element("td", "", state), calls, errors, ...times,
    element("td", "", perSecond.node), element("td", "", perCall.node));
  return {
    nodes: [row, details.node],
    update({ source, now }) {
      setText(under, source.kind === "VIRTUAL" ? "computed, makes no calls" : source.origin ?? "address known at the call");
      const name = source.state?.toLowerCase() ?? "none";
      state.className = `state ${name}`;
      setText(state, { ok: "OK", failing: "failing", unused: "unused", none: "–" }[name]);
      const isCalled = source.kind !== "VIRTUAL";
      perSecond.node.classList.toggle("none", !isCalled);
      perCall.node.classList.toggle("none", !isCalled);
      setText(calls, isCalled ? count(source.calls) : "–");
      setText(errors, isCalled ? partOf(source.errors, source.calls) : "–");
      errors.classList.toggle("bad", source.errors > 0);
      percentiles.forEach((p, i) => setText(times[i], percentile(source.latency, p)));
      const { history } = source;
      perSecond.update(history.counts, history.errors,
        `Calls per second, now ${rate(recent(history.counts, 5))}, at most ${count(Math.max(...history.counts, 0))} in two minutes, ` +
        `${counted(history.errors.reduce((a, b) => a + b, 0), "error")}`);
      perCall.update(history.mean, null,
        `Mean time per call, at most ${duration(Math.max(...history.mean, 0))} in two minutes`);
      details.update(source, now);
    },
  };
}

function kindName(kind) {
  return { HTTP: "REST", GRPC: "gRPC", SOAP: "SOAP", GO: "Go", VIRTUAL: "computed" }[kind] ?? kind;
}

function sourceDetails(source) {
  const id = `details-${source.name}`;
  const facts = element("dl", "facts");
  const table = attributes(element("table", "connectors"), { "aria-label": `Connectors of ${source.name}` });
  const head = ["Connector", "Request", "Calls", "Errors", "p50", "p95", "p99", "Max"].map((title, i) =>
    attributes(element("th", i > 1 ? "number" : "", title), { scope: "col" }));
  const body = element("tbody");
  table.append(element("thead", "", element("tr", "", ...head)), body);
  const show = keyed(body, connectorRow);
  const cell = attributes(element("td", "", facts, table), { colspan: String(columns) });
  const node = attributes(element("tr", "details", cell), { id });
  node.hidden = true;
  return {
    id,
    node,
    update(source, now) {
      setFacts(facts, sourceFacts(source, now));
      show(source.connectors, (c) => c.coordinate);
    },
  };
}

function sourceFacts(source, now) {
  if (source.kind === "VIRTUAL") return [];
  const facts = [
    ["In flight", count(source.inFlight)],
    ["Received", bytes(source.bytes)],
    ["Last success", ago(source.lastSuccessAt, now)],
    ["Live for", span(since(source.since, now))],
  ];
  if (source.waiting || source.waits) {
    facts.push(["Waiting for a slot", `${count(source.waiting)} now, ${count(source.waits?.count ?? 0)} so far, ` +
      `p95 ${percentile(source.waits, "p95")}`]);
  }
  if (source.canceled) facts.push(["Canceled by clients", count(source.canceled)]);
  if (source.unsent) facts.push(["Never sent", count(source.unsent)]);
  if (source.lastError) facts.push(["Last error", `${source.lastError.code}, ${ago(source.lastError.at, now)}`]);
  if (source.errorsByCode.length) facts.push(["Errors", errorList(source.errorsByCode)]);
  return facts;
}

function errorList(codes) {
  return codes.map(({ code, count: n }) => `${code} ${count(n)}`).join(", ");
}

function connectorRow() {
  const coordinate = attributes(element("th", "code"), { scope: "row" });
  const request = element("td", "code");
  const calls = element("td", "number");
  const errors = element("td", "number");
  const times = percentiles.map(() => element("td", "number"));
  return {
    nodes: [element("tr", "", coordinate, request, calls, errors, ...times)],
    update(c) {
      setText(coordinate, c.coordinate);
      setText(request, c.request || "computed");
      setText(calls, count(c.calls));
      setText(errors, count(c.errors));
      errors.title = errorList(c.errorsByCode);
      errors.classList.toggle("bad", c.errors > 0);
      percentiles.forEach((p, i) => setText(times[i], percentile(c.latency, p)));
    },
  };
}
