import { createRoot } from "react-dom/client";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./tokens.css";
import "./graphiql/graphiql.css";
import "./app.css";
import { App } from "./App";
import { readConfig } from "./config";
import { setUpWorkers } from "./graphiql/workers";

setUpWorkers();
const config = readConfig(document);
document.title = config.title;
const root = document.getElementById("playground");
if (root) {
  createRoot(root).render(<App config={config} />);
}
