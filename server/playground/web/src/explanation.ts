/** How many calls are predicted; a null max is unbounded. */
export interface CallRange {
  readonly min: number;
  readonly max: number | null;
}

/** One planned step. */
export interface Fetch {
  readonly id: number;
  readonly source: string;
  /** The protocol: "http", "grpc", "soap", "go" or "virtual". */
  readonly kind?: string;
  readonly connector: string;
  readonly request: string;
  /** The fetches whose replies it waits for. */
  readonly after: readonly number[];
  readonly keys: readonly string[];
  /** Present when keys go into one call together; without a bound, max_size is null. */
  readonly batch?: { readonly max_size: number | null };
  readonly calls: CallRange;
}

/** A field that the caller may not read, and that is not fetched therefore. */
export interface Denied {
  /** Where it would be in the answer; "@" stands for each item of a list. */
  readonly path: readonly string[];
  /** The field of the schema: "Order.invoice". */
  readonly field: string;
}

/** How an operation is answered. */
export interface Plan {
  readonly operation: string;
  readonly conditions: readonly string[];
  readonly stages: readonly (readonly number[])[];
  readonly fetches: readonly Fetch[];
  /** Absent where the caller may read everything. */
  readonly denied?: readonly Denied[];
  readonly calls: CallRange;
}

/** One call that was made. Times are milliseconds since the query was given. */
export interface Call {
  readonly fetch: number;
  readonly source: string;
  readonly kind?: string;
  readonly connector?: string;
  readonly request: string;
  readonly start: number;
  readonly duration: number;
  readonly status?: number;
  readonly bytes: number;
  readonly keys: number;
  readonly rows: number;
  /** The code of the error, absent for a success. */
  readonly code?: string;
  readonly problems?: number;
  readonly shared?: boolean;
  readonly cached?: boolean;
}

/** What an operation costs, as it was estimated and by what was answered; max is absent where it may cost anything. */
export interface Cost {
  readonly estimated: number;
  readonly actual: number;
  readonly max?: number;
}

/** An error of an answer, as far as the page reads it. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly connector?: { readonly coordinate?: string };
  };
}

/** What is known of how one answer came about. */
export interface Explanation {
  /** Absent when the operation was not executed, or the server does not tell. */
  readonly plan?: Plan;
  readonly calls?: readonly Call[];
  readonly cost?: Cost;
  readonly errors: readonly AnswerError[];
}

/** An answer, and what was taken out of it. */
export interface Separated {
  readonly answer: unknown;
  readonly explanation: Explanation;
}

/**
 * separate takes `extensions.weft` out of an answer, so that what is shown is what every client gets. `extensions` goes
 * too when nothing else is in it. The given answer is not changed.
 */
export function separate(answer: unknown): Separated {
  if (!isObject(answer)) {
    return { answer, explanation: { errors: [] } };
  }
  const errors = Array.isArray(answer["errors"]) ? (answer["errors"] as AnswerError[]) : [];
  const { extensions, ...rest } = answer;
  if (!isObject(extensions) || !isObject(extensions["weft"])) {
    return { answer, explanation: { errors } };
  }
  const { weft, ...others } = extensions;
  const shown = Object.keys(others).length > 0 ? { ...rest, extensions: others } : rest;
  return { answer: shown, explanation: { ...(weft as Omit<Explanation, "errors">), errors } };
}

/** errorOf finds the error that a failed call caused: that of its connector with its code. */
export function errorOf(call: Call, { plan, errors }: Explanation): AnswerError | undefined {
  if (!call.code) {
    return undefined;
  }
  const connector = call.connector ?? plan?.fetches.find((f) => f.id === call.fetch)?.connector;
  const candidates = errors.filter((e) => e.extensions?.connector?.coordinate === connector);
  return candidates.find((e) => e.extensions?.code === call.code) ?? candidates[0];
}

function isObject(v: unknown): v is Record<string, unknown> {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}
