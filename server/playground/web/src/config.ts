/** A query that the page offers. The texts are put into the editors as they are. */
export interface PreparedQuery {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly variables: string;
  readonly headers: string;
}

/** What the server tells the page; see playground.Options. */
export interface Config {
  readonly title: string;
  /** The path of the GraphQL endpoint, on the origin of the page. */
  readonly endpoint: string;
  /** Whether the server explains its answers to those who ask. */
  readonly explain: boolean;
  readonly queries: readonly PreparedQuery[];
}

const defaults: Config = { title: "Weft", endpoint: "/graphql", explain: true, queries: [] };

/** readConfig reads the data block of the page. Without one, as in `npm run dev`, the defaults hold. */
export function readConfig(page: Document): Config {
  const text = page.getElementById("playground-config")?.textContent ?? "{}";
  return { ...defaults, ...(JSON.parse(text) as Partial<Config>) };
}
