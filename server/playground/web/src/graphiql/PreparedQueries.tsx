import { useGraphiQL, useGraphiQLActions, pick, type GraphiQLPlugin } from "@graphiql/react";
import type { PreparedQuery } from "../config";

/** preparedQueriesPlugin lists the queries of the server in GraphiQL's sidebar, for those whose tabs were closed or changed. */
export function preparedQueriesPlugin(queries: readonly PreparedQuery[]): GraphiQLPlugin {
  return {
    title: "Prepared Queries",
    icon: ListIcon,
    content: () => <PreparedQueries queries={queries} />,
  };
}

function PreparedQueries({ queries }: { queries: readonly PreparedQuery[] }) {
  const { addTab, changeTab } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick("tabs", "queryEditor", "variableEditor", "headerEditor"),
  );
  const open = (q: PreparedQuery) => {
    const there = tabs.findIndex((t) => t.query === q.text);
    if (there >= 0) {
      changeTab(there);
      return;
    }
    addTab();
    queryEditor?.setValue(q.text);
    variableEditor?.setValue(q.variables);
    headerEditor?.setValue(q.headers);
  };
  return (
    <section aria-label="Prepared queries" className="weft-prepared">
      <h2>Prepared queries</h2>
      <ul>
        {queries.map((q) => (
          <li key={q.name}>
            <button type="button" onClick={() => open(q)}>
              {q.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ListIcon() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
      <path d="M7.5 5h9M7.5 10h9M7.5 15h9M3.5 5h.01M3.5 10h.01M3.5 15h.01" />
    </svg>
  );
}
