import { useEffect, useState, useSyncExternalStore } from "react";
import { useGraphiQL } from "@graphiql/react";
import type { Explanations } from "../explanations";
import type { Explanation } from "../explanation";
import { counted, price, range } from "../words";
import { MappingView } from "../mapping/MappingView";
import { trialIn } from "../mapping/link";
import { PlanView } from "../plan/PlanView";
import { WaterfallView } from "../waterfall/WaterfallView";
import { totalsOf } from "../waterfall/scale";
import { Grip } from "./Grip";
import { TabList, tabId, panelId } from "./TabList";
import { useStored } from "./useStored";
import "./dock.css";

const panes = ["Plan", "Waterfall", "Mapping"] as const;
type Pane = (typeof panes)[number];

/** Dock shows how the last answer of the active tab came about, and evaluates mappings. It stands below the editors. */
export function Dock({ explanations, allowed }: { explanations: Explanations; allowed: boolean }) {
  const [pane, setPane] = useStored<Pane>("weft:pane", "Plan");
  const [isOpen, setOpen] = useStored<boolean>("weft:dock-open", true);
  const [height, setHeight] = useStored<number>("weft:dock-height", 0);
  const isFetching = useGraphiQL((state) => state.isFetching);
  const explanation = useActiveExplanation(explanations);
  const link = useSharedLinks(() => {
    setPane("Mapping");
    setOpen(true);
  });
  return (
    <section
      className="weft-dock"
      data-open={isOpen}
      data-pane={pane}
      style={height > 0 && isOpen ? { height } : undefined}
      aria-label="How the answer came about, and mappings"
    >
      {isOpen && <Grip height={height} onChange={setHeight} />}
      <header className="weft-dock-head">
        <TabList
          label="Explanations"
          tabs={panes}
          selected={pane}
          onSelect={(p) => {
            setPane(p);
            setOpen(true);
          }}
        />
        <p className="weft-dock-summary" role="status">
          {pane !== "Mapping" && (isFetching ? "Running …" : explanation && <Summary explanation={explanation} />)}
        </p>
        <button
          type="button"
          className="weft-dock-toggle"
          aria-expanded={isOpen}
          aria-controls={panelId(pane)}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Hide" : "Show"}
          <span className="weft-unseen"> plan, waterfall and mapping</span>
        </button>
      </header>
      <div className="weft-dock-body" role="tabpanel" id={panelId(pane)} aria-labelledby={tabId(pane)} hidden={!isOpen}>
        {pane === "Mapping" && allowed ? (
          <MappingView key={link} />
        ) : (
          <Content pane={pane} explanation={explanation} allowed={allowed} isFetching={isFetching} />
        )}
      </div>
    </section>
  );
}

/** useActiveExplanation follows the active tab, and tells the fetcher which it is. */
function useActiveExplanation(explanations: Explanations): Explanation | undefined {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id ?? "");
  useEffect(() => {
    explanations.activeTab = tab;
  }, [explanations, tab]);
  return useSyncExternalStore(explanations.subscribe, () => explanations.get(tab));
}

/** useSharedLinks calls open for each shared mapping that the address comes to hold, and counts them. */
function useSharedLinks(open: () => void): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const look = () => {
      if (trialIn(location.hash)) {
        open();
        setCount((n) => n + 1);
      }
    };
    look();
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
    // What open does never changes, though it is a new function each time.
  }, []);
  return count;
}

function Summary({ explanation: { plan, calls, cost } }: { explanation: Explanation }) {
  if (!calls) {
    return null;
  }
  const totals = totalsOf(calls);
  return (
    <>
      {counted(totals.made, "call")}
      {plan && `, predicted ${range(plan.calls)}`}
      {totals.failed > 0 && (
        <>
          , <strong className="weft-bad">{totals.failed} failed</strong>
        </>
      )}
      {cost && <span title="an object costs 1, unless @cost says otherwise">{`; cost ${price(cost)}`}</span>}
    </>
  );
}

interface ContentProps {
  pane: Pane;
  explanation: Explanation | undefined;
  allowed: boolean;
  isFetching: boolean;
}

function Content({ pane, explanation, allowed, isFetching }: ContentProps) {
  if (!allowed && pane === "Mapping") {
    return (
      <div className="weft-message">
        <p>This server evaluates no mappings for its visitors, since it keeps plans and calls to itself.</p>
        <p>
          <code>weft demo</code> does, and so does <code>weft map</code> at the command line.
        </p>
      </div>
    );
  }
  if (!allowed) {
    return (
      <div className="weft-message">
        <p>This server keeps plans and calls to itself: they tell about the inside of the graph.</p>
        <p>
          Whoever runs it can allow them: <code>weft serve --explain</code>, or <code>playground.explain: true</code> in
          weft.yaml. <code>weft demo</code> shows what they look like.
        </p>
      </div>
    );
  }
  if (!explanation) {
    const wanted = pane === "Plan" ? "its plan" : "the calls that were made for it";
    return <p className="weft-message">{isFetching ? "Running …" : `Run an operation to see ${wanted}.`}</p>;
  }
  if (pane === "Plan" && explanation.plan) {
    return <PlanView plan={explanation.plan} explanation={explanation} />;
  }
  if (pane === "Waterfall" && explanation.calls) {
    return <WaterfallView calls={explanation.calls} explanation={explanation} />;
  }
  return <p className="weft-message">The operation was not executed; the answer says why.</p>;
}
