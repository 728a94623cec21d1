import { counted } from "../words";
import { Editor } from "./Editor";
import type { Answer, Mark, Outcome, Problem, Refusal } from "./trial";

/** OutcomeView shows what a mapping gave and what it stumbled over, or why it could not be evaluated. */
export function OutcomeView({ answer, isCurrent }: { answer: Answer | undefined; isCurrent: boolean }) {
  if (!answer) {
    return <p className="weft-mapping-note">Evaluating …</p>;
  }
  const isMissing = "outcome" in answer && answer.outcome.result === undefined;
  return (
    <div className="weft-outcome" data-current={isCurrent}>
      {"refusal" in answer ? <RefusalView refusal={answer.refusal} /> : <Result outcome={answer.outcome} />}
      <details key={String(isMissing)} className="weft-mapping-note" open={isMissing}>
        <summary>MISSING or null?</summary>
        <p>
          <strong>null</strong> is a value: it keeps its key. <strong>MISSING</strong> is no value at all: an object leaves the
          key out, and in a list null takes its place. In the answer to a query a field shows both as null.
        </p>
        <p>
          <code>a ?? b</code> gives <code>b</code> for both, <code>a ?! b</code> for MISSING only, and <code>a?.b</code> ends
          with MISSING where <code>a</code> is null.
        </p>
      </details>
    </div>
  );
}

const parts = { mapping: "Mapping", input: "Input", vars: "Variables" };

function RefusalView({ refusal }: { refusal: Refusal }) {
  return (
    <p className="weft-refusal" role="alert">
      {refusal.part && <strong>{parts[refusal.part]}</strong>}
      <Place mark={refusal} />
      {(refusal.part || refusal.line) && ": "}
      {refusal.message}
    </p>
  );
}

function Result({ outcome: { result, problems, warnings } }: { outcome: Outcome }) {
  const found = problems.length + warnings.length;
  return (
    <>
      {result === undefined ? <p className="weft-nothing">nothing (MISSING)</p> : <Editor label="Result" language="json" value={result} />}
      <div className="weft-problems" role="status">
        <h4>{found === 0 ? "No problems" : counted(found, "problem")}</h4>
        <ul hidden={found === 0}>
          {warnings.map((mark) => (
            <li key={`${mark.line}:${mark.column}`}>
              {mark.message}
              <Place mark={mark} />
            </li>
          ))}
          {problems.map((problem) => (
            <ProblemItem key={`${problem.message}\n${problem.path}`} problem={problem} />
          ))}
        </ul>
      </div>
    </>
  );
}

function ProblemItem({ problem: { message, path, count } }: { problem: Problem }) {
  return (
    <li>
      {message}
      {path && (
        <>
          {" at "}
          <code>{path}</code>
        </>
      )}
      {count > 1 && <span className="weft-number">{` × ${count}`}</span>}
    </li>
  );
}

function Place({ mark: { line, column } }: { mark: Mark }) {
  return line ? <span className="weft-number">{` line ${line}, column ${column}`}</span> : null;
}
