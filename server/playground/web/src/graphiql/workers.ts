import type { Environment } from "monaco-editor";
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JSONWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

/**
 * setUpWorkers tells the editor where its workers are: in files of their own, which the page's policy allows, and not in
 * blobs. GraphiQL's own module for this writes to the console.
 */
export function setUpWorkers(): void {
  const environment: Environment = {
    getWorker(_id: string, label: string): Worker {
      switch (label) {
        case "json":
          return new JSONWorker();
        case "graphql":
          return new GraphQLWorker();
        default:
          return new EditorWorker();
      }
    },
  };
  Object.assign(globalThis, { MonacoEnvironment: environment });
}
