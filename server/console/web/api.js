// The queries, and how they are asked.

const latency = "count mean p50 p95 p99 max";
const history = "counts errors mean max";
const usage = "requests { used quota left } cost { used quota left }";
const counts = `calls errors errorsByCode { code count } canceled unsent bytes inFlight waiting latency { ${latency} }`;

/** What the page shows all the time. */
export const status = `query Status($keys: Int!) {
  version startedAt uptime
  refusedChange { at problems }
  generation { number loadedAt queryDocuments plans documents { name } }
  requests { count errors inFlight refused { rateLimited unauthenticated denied } latency { ${latency} } history(seconds: 120) { ${history} } }
  sources {
    name kind origin state since ${counts}
    waits { ${latency} } lastSuccessAt lastError { code at }
    history(seconds: 120) { ${history} }
    connectors { coordinate request ${counts} }
  }
  rateLimits { name counts fields per conditional limit interval burst admitted refused tracked crowded }
  tokenIssuers {
    name check state accepted refused { reason count } keys calls failures answeredAt lastFailure { at problem }
  }
  strayTokens { reason count }
  apiKeyCount
  apiKeys(first: $keys) {
    id owner label state notBefore expiresAt revokedAt secrets lastUsedAt today { ${usage} } thisMonth { ${usage} }
  }
}`;

/** The plans, the most used first. */
export const plans = `query Plans($first: Int!) {
  plans(first: $first) { operation document conditions stages fetches calls { min max } uses text }
}`;

/** Asks a query. The promise is broken when there is no answer, or one with errors, within the time. */
export async function ask(query, variables = {}) {
  const response = await fetch("graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const { data, errors } = await response.json();
  if (errors?.length) throw new Error(errors[0].message);
  return data;
}
