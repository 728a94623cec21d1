import { useId, useMemo } from "react";
import type { Call, Denied, Explanation, Fetch, Plan } from "../explanation";
import { counted, covers, range } from "../words";
import { Source } from "../dock/Source";
import { layOut, type Sizes } from "./layout";
import "./plan.css";

/** The height of the stages' titles. */
const top = 24;

/** How many characters of a request fit into a line. */
const line = 40;

const sizes: Sizes = {
  width: 316,
  height: (f) => (f.request.length > line ? 88 : 72),
  gap: { x: 44, y: 8 },
  lane: 8,
};

/** PlanView draws a plan: stages as columns, fetches as cards, arrows from each fetch to those that wait for it. */
export function PlanView({ plan, explanation }: { plan: Plan; explanation: Explanation }) {
  const layout = useMemo(() => layOut(plan, sizes), [plan]);
  const fetches = useMemo(() => new Map(plan.fetches.map((f) => [f.id, f])), [plan]);
  const id = useId();
  if (plan.fetches.length === 0) {
    return (
      <div className="weft-message">
        <p>{plan.operation} needs no back end.</p>
        <DeniedFields denied={plan.denied} />
      </div>
    );
  }
  return (
    <div className="weft-plan" tabIndex={0} role="region" aria-label={`Plan of ${plan.operation}`}>
      <DeniedFields denied={plan.denied} />
      <div className="weft-plan-drawing" style={{ width: layout.width, height: layout.height + top }}>
        <svg width={layout.width} height={layout.height + top} role="img" aria-labelledby={`${id}-title ${id}-desc`}>
          <title id={`${id}-title`}>{`${counted(plan.fetches.length, "fetch")} in ${counted(plan.stages.length, "stage")}`}</title>
          <desc id={`${id}-desc`}>{orderInWords(plan)}</desc>
          <defs>
            <marker id={`${id}-head`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0.5 L8 4 L0 7.5 z" className="weft-plan-head" />
            </marker>
          </defs>
          <g transform={`translate(0 ${top})`}>
            {layout.arrows.map((a) => (
              <path key={`${a.from}-${a.to}`} d={a.path} className="weft-plan-arrow" markerEnd={`url(#${id}-head)`} />
            ))}
          </g>
        </svg>
        <ol className="weft-plan-stages">
          {plan.stages.map((stage, i) => (
            <li key={i}>
              <h3 style={{ left: layout.columns[i], width: sizes.width }}>Stage {i + 1}</h3>
              <ul>
                {layout.cards
                  .filter((c) => stage.includes(c.fetch))
                  .map((c) => {
                    const fetch = fetches.get(c.fetch);
                    return (
                      fetch && (
                        <li
                          key={c.fetch}
                          className="weft-card"
                          style={{ left: c.x, top: c.y + top, width: sizes.width, height: c.height }}
                          data-fetch={c.fetch}
                        >
                          <FetchCard fetch={fetch} calls={explanation.calls?.filter((m) => m.fetch === c.fetch)} />
                        </li>
                      )
                    );
                  })}
              </ul>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

/** DeniedFields names what is not fetched because the caller may not read it; nothing where there is none. */
function DeniedFields({ denied }: { denied: readonly Denied[] | undefined }) {
  if (!denied || denied.length === 0) {
    return null;
  }
  return (
    <p className="weft-plan-denied">
      <strong>Not allowed, not fetched:</strong>
      {denied.map((d) => (
        <code key={d.path.join(".")} title={d.field}>
          {d.path.join(".")}
        </code>
      ))}
    </p>
  );
}

function FetchCard({ fetch, calls }: { fetch: Fetch; calls: readonly Call[] | undefined }) {
  const failed = calls?.filter((c) => c.code).length ?? 0;
  const made = calls?.length;
  return (
    <>
      <p className="weft-card-head">
        <span className="weft-number">#{fetch.id}</span>
        <Source name={fetch.source} kind={fetch.kind} />
        {failed > 0 && <strong className="weft-bad">{failed} failed</strong>}
      </p>
      <p className="weft-card-request" title={fetch.request}>
        <code>{fetch.request}</code>
      </p>
      <p className="weft-card-foot">
        <span className="weft-card-keys">
          {fetch.after.length > 0 && <span className="weft-card-after">after {fetch.after.map((a) => `#${a}`).join(", ")}, </span>}
          {keysInWords(fetch)}
        </span>
        <span className={made === undefined || covers(fetch.calls, made) ? undefined : "weft-bad"}>
          {made !== undefined && `${counted(made, "call")}, `}predicted {range(fetch.calls)}
        </span>
      </p>
    </>
  );
}

function keysInWords({ keys, batch }: Fetch): string {
  if (keys.length === 0) {
    return "no keys";
  }
  const names = keys.join(", ");
  if (!batch) {
    return `by ${names}, one call per key`;
  }
  return batch.max_size === null ? `by ${names}, all in one call` : `by ${names}, up to ${batch.max_size} in a call`;
}

function orderInWords(plan: Plan): string {
  return plan.fetches
    .map((f) => {
      const when = f.after.length === 0 ? "starts at once" : `waits for ${f.after.map((a) => `fetch ${a}`).join(" and ")}`;
      return `Fetch ${f.id} from ${f.source} ${when}.`;
    })
    .join(" ");
}
