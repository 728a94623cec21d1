import { useEffect, useState } from "react";
import { evaluate, type Answer, type Trial } from "./trial";

/** How long a text must stay as it is before it is evaluated. */
const pause = 200;

/** useAnswer follows a trial with its answer. While a new one is awaited the last one stays, and isCurrent is false. */
export function useAnswer(trial: Trial): { answer: Answer | undefined; isCurrent: boolean } {
  const [state, setState] = useState<{ trial: Trial; answer: Answer }>();
  useEffect(() => {
    const cancel = new AbortController();
    const timer = setTimeout(() => {
      evaluate(trial, cancel.signal).then(
        (answer) => !cancel.signal.aborted && setState({ trial, answer }),
        (problem: unknown) => {
          if (!cancel.signal.aborted) {
            setState({ trial, answer: { refusal: { message: problem instanceof Error ? problem.message : String(problem) } } });
          }
        },
      );
    }, pause);
    return () => {
      clearTimeout(timer);
      cancel.abort();
    };
  }, [trial]);
  return { answer: state?.answer, isCurrent: state?.trial === trial };
}
