import { useEffect, useMemo, useState } from "react";
import { useStored } from "../dock/useStored";
import { Editor, type Underline } from "./Editor";
import { OutcomeView } from "./OutcomeView";
import { examples } from "./examples";
import { linkOf, trialIn } from "./link";
import { isTrial, versions, type Answer, type Trial, type Version } from "./trial";
import { useAnswer } from "./useAnswer";
import "./mapping.css";

/** MappingView evaluates a mapping while it is written. It starts with the trial of the address, or else the last one. */
export function MappingView() {
  const [stored, store] = useStored<Trial>("weft:mapping", examples[0].trial);
  const [trial, setTrial] = useState<Trial>(() => trialIn(location.hash) ?? (isTrial(stored) ? stored : examples[0].trial));
  const { answer, isCurrent } = useAnswer(trial);
  const underlines = useMemo(() => underlinesOf(answer), [answer]);
  const change = (part: Partial<Trial>) => {
    const next = { ...trial, ...part };
    setTrial(next);
    store(next);
  };
  useLinkThatFollows(trial);
  return (
    <div className="weft-mapping">
      <div className="weft-mapping-bar">
        <label>
          Example
          <select value="" onChange={(event) => change(examples[Number(event.target.value)]?.trial ?? {})}>
            <option value="" disabled hidden>
              Choose …
            </option>
            {examples.map(({ title }, i) => (
              <option key={title} value={i}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Version
          <select value={trial.spec} onChange={(event) => change({ spec: event.target.value as Version })}>
            {versions.map((version) => (
              <option key={version}>{version}</option>
            ))}
          </select>
        </label>
        <LinkButton trial={trial} />
      </div>
      <Part name="mapping" title="Mapping">
        <Editor
          label="Mapping"
          language="plaintext"
          value={trial.mapping}
          onChange={(mapping) => change({ mapping })}
          underlines={underlines}
        />
      </Part>
      <Part name="input" title="Input">
        <Editor label="Input" language="json" value={trial.input} onChange={(input) => change({ input })} />
      </Part>
      <Part name="vars" title="Variables">
        <Editor label="Variables" language="json" value={trial.vars} onChange={(vars) => change({ vars })} />
      </Part>
      <Part name="result" title="Result">
        <OutcomeView answer={answer} isCurrent={isCurrent} />
      </Part>
    </div>
  );
}

function Part({ name, title, children }: { name: string; title: string; children: React.ReactNode }) {
  return (
    <section className={`weft-part weft-part-${name}`} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** underlinesOf are the places of the mapping that an answer names. */
function underlinesOf(answer: Answer | undefined): Underline[] {
  if (!answer) {
    return [];
  }
  if ("refusal" in answer) {
    return answer.refusal.part === "mapping" ? [{ ...answer.refusal, isError: true }] : [];
  }
  return answer.outcome.warnings.map((mark) => ({ ...mark, isError: false }));
}

/** useLinkThatFollows keeps an address that holds a trial true to what is shown, so that loading it again loses nothing. */
function useLinkThatFollows(trial: Trial) {
  useEffect(() => {
    const timer = setTimeout(() => {
      if (trialIn(location.hash)) {
        history.replaceState(history.state, "", linkOf(trial));
      }
    }, 300);
    return () => clearTimeout(timer);
  }, [trial]);
}

/** LinkButton puts the trial into the address, and the address on the clipboard where the browser allows it. */
function LinkButton({ trial }: { trial: Trial }) {
  const [said, say] = useState("");
  useEffect(() => say(""), [trial]);
  const share = async () => {
    history.replaceState(history.state, "", linkOf(trial));
    try {
      await navigator.clipboard.writeText(location.href);
      say("Copied");
    } catch {
      say("It is the page’s address now"); // plain HTTP has no clipboard
    }
  };
  return (
    <span className="weft-link">
      <button type="button" onClick={() => void share()}>
        Copy link
      </button>
      <span role="status">{said}</span>
    </span>
  );
}
