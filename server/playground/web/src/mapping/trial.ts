import { findNodeAtLocation, parse, parseTree, printParseErrorCode, type ParseError } from "jsonc-parser";

/** The versions of the mapping language, as the server reads them. */
export const versions = ["v0.1", "v0.2", "v0.3", "v0.4", "weft/v0.1"] as const;

export type Version = (typeof versions)[number];

/** Trial is a mapping with all that it needs to be evaluated. Input and variables are JSON texts; empty means null and {}. */
export interface Trial {
  readonly mapping: string;
  readonly spec: Version;
  readonly input: string;
  readonly vars: string;
}

/** isTrial tells whether a value from elsewhere, such as a link, is a trial. */
export function isTrial(value: unknown): value is Trial {
  const t = value as Trial | null;
  return (
    typeof t === "object" &&
    t !== null &&
    [t.mapping, t.input, t.vars].every((text) => typeof text === "string") &&
    versions.includes(t.spec)
  );
}

/** Mark is something to be said of a place. Lines and columns are from 1, columns in characters; the end is exclusive. */
export interface Mark {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Problem is what a mapping stumbled over, where in the data, and how often. */
export interface Problem {
  readonly message: string;
  readonly path: string;
  readonly count: number;
}

/** Outcome is what a trial came to. */
export interface Outcome {
  /** The result as indented JSON; undefined when the mapping gave nothing (MISSING). */
  readonly result: string | undefined;
  readonly problems: readonly Problem[];
  /** What looks wrong in the mapping. */
  readonly warnings: readonly Mark[];
}

/** Refusal is why there is no outcome, and which of the texts is to blame, if one is. */
export interface Refusal extends Mark {
  readonly part?: "mapping" | "input" | "vars";
}

export type Answer = { readonly outcome: Outcome } | { readonly refusal: Refusal };

/** What the server answers; see trialAnswer in mapping.go. */
interface Received {
  readonly error?: Mark;
  readonly outcome?: { readonly problems: readonly Problem[] };
  readonly warnings?: readonly Mark[];
}

/** evaluate has the server evaluate a trial. It fails only when the server cannot be understood, or by the signal. */
export async function evaluate(trial: Trial, signal: AbortSignal): Promise<Answer> {
  const refusal = refusalOf(trial.input, "input") ?? refusalOf(trial.vars, "vars");
  if (refusal) {
    return { refusal };
  }
  const response = await fetch(new URL("./playground/map", document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: requestOf(trial),
    credentials: "same-origin",
    signal,
  });
  const text = await response.text();
  try {
    return answerOf(text);
  } catch {
    throw new Error(`The server answered ${response.status} ${response.statusText} with no outcome`);
  }
}

/** requestOf puts the JSON texts in as they are: numbers keep all of their digits. */
export function requestOf({ mapping, spec, input, vars }: Trial): string {
  const head = JSON.stringify({ mapping, spec }).slice(0, -1);
  return `${head},"input":${input.trim() || "null"},"vars":${vars.trim() || "{}"}}`;
}

/** answerOf reads what the server answers. */
export function answerOf(text: string): Answer {
  const received = JSON.parse(text) as Received;
  if (received.error) {
    return { refusal: received.error.line ? { ...received.error, part: "mapping" } : received.error };
  }
  if (!received.outcome) {
    throw new Error("neither an error nor an outcome");
  }
  const tree = parseTree(text);
  const node = tree && findNodeAtLocation(tree, ["outcome", "result"]);
  const result = node && indented(text.slice(node.offset, node.offset + node.length));
  return { outcome: { result, problems: received.outcome.problems, warnings: received.warnings ?? [] } };
}

/** refusalOf tells why a text is no JSON. */
export function refusalOf(text: string, part: "input" | "vars"): Refusal | undefined {
  if (text.trim() === "") {
    return undefined;
  }
  try {
    JSON.parse(text);
    return undefined;
  } catch (problem) {
    const found: ParseError[] = [];
    parse(text, found, { disallowComments: true, allowTrailingComma: false });
    const [first] = found;
    if (!first) {
      return { part, message: problem instanceof Error ? problem.message : String(problem) };
    }
    const before = text.slice(0, first.offset).split("\n");
    return { part, message: worded(printParseErrorCode(first.error)), line: before.length, column: [...(before.at(-1) ?? "")].length + 1 };
  }
}

/** worded makes "comma expected" of "CommaExpected". */
function worded(code: string): string {
  return code
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .trim();
}

/** indented lays out JSON, and leaves its numbers and strings as they are. */
export function indented(json: string): string {
  const lines: string[] = [];
  let line = "";
  let depth = 0;
  let opened = false;
  const newLine = () => {
    lines.push(line);
    line = "  ".repeat(depth);
  };
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g)) {
    const closes = token === "]" || token === "}";
    if (closes) {
      depth--;
    }
    if (opened !== closes) {
      newLine(); // after what opens and before what closes, but not between them
    }
    opened = token === "[" || token === "{";
    if (opened) {
      depth++;
    }
    line += token === ":" ? ": " : token;
    if (token === ",") {
      newLine();
    }
  }
  return [...lines, line].join("\n");
}
