import { useMemo, useState } from "react";
import { GraphiQL } from "graphiql";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { createLocalStorage } from "@graphiql/toolkit";
import type { Config } from "./config";
import { Explanations } from "./explanations";
import { createFetcher } from "./fetcher";
import { Dock } from "./dock/Dock";
import { ActiveTab } from "./graphiql/ActiveTab";
import { EditorTheme } from "./graphiql/EditorTheme";
import { preparedQueriesPlugin } from "./graphiql/PreparedQueries";

const emptyQuery = "# Ctrl-Space completes, Ctrl-Enter runs.\n\n";

/** App is the page: GraphiQL, and below it what the server told about its last answer. */
export function App({ config }: { config: Config }) {
  const [explanations] = useState(() => new Explanations());
  const fetcher = useMemo(
    () => createFetcher(config.endpoint, config.explain, explanations),
    [config, explanations],
  );
  const plugins = useMemo(() => {
    const prepared = config.queries.length > 0 ? [preparedQueriesPlugin(config.queries)] : [];
    return [...prepared, explorerPlugin({}), HISTORY_PLUGIN];
  }, [config]);
  const tabs = useMemo(
    () => config.queries.map((q) => ({ query: q.text, variables: q.variables || null, headers: q.headers || null })),
    [config],
  );
  const storage = useMemo(() => createLocalStorage({ namespace: `weft:${fingerprint(config)}` }), [config]);
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      storage={storage}
      defaultQuery={emptyQuery}
      {...(tabs.length > 0 && { defaultTabs: tabs })}
      defaultEditorToolsVisibility={config.queries[0]?.variables ? "variables" : false}
      inputValueDeprecation
      schemaDescription
      shouldPersistHeaders={false}
    >
      <GraphiQL.Logo>
        <span className="weft-name">{config.title}</span>
      </GraphiQL.Logo>
      <ActiveTab />
      <EditorTheme />
      <Dock explanations={explanations} allowed={config.explain} />
    </GraphiQL>
  );
}

/**
 * fingerprint tells servers with other queries apart. Tabs are remembered by origin, and one address serves many graphs in
 * its time: the tabs of one would be errors on another.
 */
function fingerprint(config: Config): string {
  let hash = 0;
  for (const c of JSON.stringify([config.title, config.queries])) {
    hash = (Math.imul(hash, 31) + (c.codePointAt(0) ?? 0)) | 0;
  }
  return (hash >>> 0).toString(36);
}
