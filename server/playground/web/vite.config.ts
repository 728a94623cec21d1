import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const source = (name: string): string => fileURLToPath(new URL(`./src/${name}`, import.meta.url));

export default defineConfig({
  // Relative, so that the page works behind any path.
  base: "./",
  resolve: {
    alias: [
      // As GraphiQL and as monaco-graphql itself import it.
      { find: /^(\.|monaco-graphql\/esm)\/monaco-editor(\.js)?$/, replacement: source("graphiql/editor.ts") },
      { find: /^prettier\/(parser-babel|plugins\/estree)$/, replacement: source("graphiql/jsonFormat.ts") },
    ],
  },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    assetsDir: "playground/assets",
    target: "es2022",
    // Nothing is inlined: the page's policy has no data: for scripts and workers, and one rule is simpler than two.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    license: { fileName: "playground/assets/licenses.md" },
    rolldownOptions: {
      // Directives of server components mean nothing here.
      onwarn: (warning, warn) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") {
          warn(warning);
        }
      },
    },
  },
  server: { proxy: { "/graphql": "http://127.0.0.1:4000", "/playground/map": "http://127.0.0.1:4000" } },
});
