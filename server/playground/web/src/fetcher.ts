import { Kind, parse, type ExecutionResult } from "graphql";
import type { Fetcher, FetcherOpts, FetcherParams, Observable, Unsubscribable } from "@graphiql/toolkit";
import { readEvents } from "./events";
import { separate } from "./explanation";
import type { Explanations } from "./explanations";

/** The header that asks for explanations. */
const explainHeader = "Weft-Explain";

/** The name of GraphiQL's own query for the schema, which is not explained. */
const introspection = "IntrospectionQuery";

/** How GraphiQL listens to what it asked for. */
interface Observer {
  next(answer: ExecutionResult): void;
  error(problem: unknown): void;
  complete(): void;
}

/**
 * createFetcher returns what sends GraphiQL's requests. It gives an observable rather than a promise, because that is what
 * GraphiQL's stop button can end.
 */
export function createFetcher(endpoint: string, explain: boolean, explanations: Explanations): Fetcher {
  return (params, options) => {
    const tab = params.operationName === introspection ? undefined : explanations.activeTab;
    const headers = headersOf(options, explain && tab !== undefined);
    const subscribe = (observer: Observer): Unsubscribable => {
      const cancel = new AbortController();
      const take = (received: unknown) => {
        const { answer, explanation } = separate(received);
        if (tab !== undefined) {
          explanations.set(tab, explanation);
        }
        observer.next(answer as ExecutionResult);
      };
      send(endpoint, withoutStaleName(params), headers, cancel.signal, take).then(
        () => observer.complete(),
        (problem: unknown) => {
          if (cancel.signal.aborted) {
            return;
          }
          if (tab !== undefined) {
            explanations.set(tab, undefined);
          }
          observer.error(problem);
        },
      );
      return { unsubscribe: () => cancel.abort() };
    };
    return { subscribe } as Observable<ExecutionResult>;
  };
}

/**
 * withoutStaleName leaves out the name of the operation where there is only one. GraphiQL learns the operations of a tab some
 * time after the tab is shown, and would ask for one of the tab before.
 */
function withoutStaleName(params: FetcherParams): FetcherParams {
  try {
    const { definitions } = parse(params.query);
    const { operationName: _, ...others } = params;
    return definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION).length === 1 ? others : params;
  } catch {
    return params; // the server says what is wrong with it
  }
}

/** headersOf puts the user's headers last: they win. */
function headersOf(options: FetcherOpts | undefined, explain: boolean): Headers {
  const headers = new Headers({
    "Content-Type": "application/json",
    // Subscriptions are answered by events, everything else is not.
    Accept: "application/graphql-response+json, application/json;q=0.9, text/event-stream;q=0.8",
  });
  if (explain) {
    headers.set(explainHeader, "plan, calls");
  }
  for (const [name, value] of Object.entries((options?.headers ?? {}) as Record<string, unknown>)) {
    headers.set(name, String(value));
  }
  return headers;
}

/** send sends a request and gives its answer to take: that of a subscription again and again, until it ends. */
async function send(
  endpoint: string,
  params: FetcherParams,
  headers: Headers,
  signal: AbortSignal,
  take: (answer: unknown) => void,
): Promise<void> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers,
    body: JSON.stringify(params),
    credentials: "same-origin",
    signal,
  });
  if (response.body !== null && response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    await takeEvents(response.body, take);
    return;
  }
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // A proxy in between may answer with anything.
    throw new Error(`The server answered ${response.status} ${response.statusText} with no JSON: ${text.slice(0, 200)}`);
  }
  take(answer);
}

/** takeEvents gives each answer of an event stream to take. */
async function takeEvents(body: ReadableStream<Uint8Array>, take: (answer: unknown) => void): Promise<void> {
  let isComplete = false;
  await readEvents(body, ({ event, data }) => {
    if (event === "next") {
      take(JSON.parse(data));
    }
    isComplete ||= event === "complete";
  });
  if (!isComplete) {
    throw new Error("The server has cut off the stream: it stops, or the graph has been replaced. Run the subscription again.");
  }
}
