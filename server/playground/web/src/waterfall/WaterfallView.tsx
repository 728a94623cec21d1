import { errorOf, type AnswerError, type Call, type Explanation } from "../explanation";
import { bytes, counted, milliseconds, range, status } from "../words";
import { Source } from "../dock/Source";
import { scaleOf, totalsOf, type Scale } from "./scale";
import "./waterfall.css";

/**
 * WaterfallView is a table of the calls in the order of their starts, each with a bar on the time axis. The roles are
 * written out: narrow pages lay rows out as blocks, and a browser then no longer takes them for rows.
 */
export function WaterfallView({ calls, explanation }: { calls: readonly Call[]; explanation: Explanation }) {
  const scale = scaleOf(calls);
  const operation = explanation.plan?.operation ?? "the answer";
  if (calls.length === 0) {
    return <p className="weft-message">No call was made for {operation}.</p>;
  }
  const inOrder = calls.toSorted((a, b) => a.start - b.start || a.fetch - b.fetch);
  return (
    <div className="weft-waterfall" tabIndex={0} role="region" aria-label={`Calls for ${operation}`}>
      <Summary explanation={explanation} calls={calls} />
      <table role="table" aria-label={`Calls for ${operation}`}>
        <thead role="rowgroup">
          <tr role="row">
            <Head>Fetch</Head>
            <Head>Source</Head>
            <Head>Request</Head>
            <Head>Status</Head>
            <Head number>Keys</Head>
            <Head number>Rows</Head>
            <Head number>Size</Head>
            <Head number>Start</Head>
            <Head number>Time</Head>
            <th role="columnheader" scope="col" className="weft-axis">
              <span className="weft-unseen">Bar</span>
              <Axis scale={scale} />
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {inOrder.map((call, i) => (
            <Row key={i} call={call} scale={scale} error={errorOf(call, explanation)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Summary({ explanation, calls }: { explanation: Explanation; calls: readonly Call[] }) {
  const totals = totalsOf(calls);
  const predicted = explanation.plan && range(explanation.plan.calls);
  return (
    <dl className="weft-totals">
      <Total name="Calls made">{totals.made}</Total>
      {predicted && <Total name="Predicted">{predicted}</Total>}
      {totals.failed > 0 && (
        <Total name="Failed">
          <strong className="weft-bad">{totals.failed}</strong>
        </Total>
      )}
      <Total name="Until the last reply">{milliseconds(totals.wall)}</Total>
      <Total name="Sum of all calls">{milliseconds(totals.sum)}</Total>
      <Total name="Received">{bytes(totals.bytes)}</Total>
    </dl>
  );
}

function Total({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Head({ number = false, children }: { number?: boolean; children: string }) {
  return (
    <th role="columnheader" scope="col" className={number ? "weft-figure" : undefined}>
      {children}
    </th>
  );
}

function Row({ call, scale, error }: { call: Call; scale: Scale; error: AnswerError | undefined }) {
  return (
    <tr role="row" className={call.code ? "weft-failed" : undefined}>
      <td role="cell" className="weft-number">
        #{call.fetch}
      </td>
      <td role="cell">
        <Source name={call.source} kind={call.kind} />
      </td>
      <td role="cell" className="weft-request">
        <code title={call.request}>{call.request}</code>
        {call.code && <Failure code={call.code} error={error} />}
      </td>
      <td role="cell" className="weft-status">
        <Status call={call} />
      </td>
      <Figure name="keys">{call.keys}</Figure>
      <Figure name="rows">{call.rows}</Figure>
      <Figure>{bytes(call.bytes)}</Figure>
      <Figure className="weft-start">{milliseconds(call.start)}</Figure>
      <Figure>{milliseconds(call.duration)}</Figure>
      <td role="cell" className="weft-axis" aria-label={`from ${milliseconds(call.start)} for ${milliseconds(call.duration)}`}>
        <Bar call={call} scale={scale} />
      </td>
    </tr>
  );
}

/** Figure is a cell with a number. Its name is shown where the heads of the columns are not. */
function Figure({ name, className = "", children }: { name?: string; className?: string; children: string | number }) {
  return (
    <td role="cell" className={`weft-figure ${className}`}>
      {children}
      {name && <span className="weft-figure-name"> {name}</span>}
    </td>
  );
}

function Status({ call }: { call: Call }) {
  const notes = [call.shared && "shared", call.cached && "cached", call.problems && counted(call.problems, "problem")];
  return (
    <>
      <span className={call.code ? "weft-bad" : "weft-good"}>{status(call.kind, call.status)}</span>
      {notes.filter(Boolean).map((note) => (
        <span key={String(note)} className="weft-note">
          {note}
        </span>
      ))}
    </>
  );
}

function Failure({ code, error }: { code: string; error: AnswerError | undefined }) {
  return (
    <p className="weft-failure">
      <strong>{code}</strong> {error?.message}
      {error?.path && <span> at {error.path.join(".")}</span>}
    </p>
  );
}

function Bar({ call, scale }: { call: Call; scale: Scale }) {
  const percent = (ms: number) => `${(ms / scale.end) * 100}%`;
  return (
    <span className="weft-track" aria-hidden="true">
      <span
        className={`weft-bar weft-protocol-${call.kind ?? "other"}`}
        style={{ left: percent(call.start), width: percent(call.duration) }}
      />
    </span>
  );
}

function Axis({ scale }: { scale: Scale }) {
  return (
    <span className="weft-ticks" aria-hidden="true">
      {scale.ticks.map((t, i) => (
        <span key={t} style={{ left: `${(t / scale.end) * 100}%` }}>
          {Number(t.toPrecision(6))}
          {i === scale.ticks.length - 1 && " ms"}
        </span>
      ))}
    </span>
  );
}
