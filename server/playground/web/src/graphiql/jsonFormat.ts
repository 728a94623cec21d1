/*
 * How variables and headers are prettified. GraphiQL asks prettier, whose JSON needs a parser and a printer for all of
 * JavaScript. This module stands in for both (see vite.config.ts) and asks what GraphiQL has loaded anyway.
 */
import { applyEdits, format } from "jsonc-parser";

interface Formatted {
  readonly type: "text";
  readonly text: string;
}

export const parsers = {
  jsonc: {
    astFormat: "text",
    parse(text: string): Formatted {
      const edits = format(text, undefined, { insertSpaces: true, tabSize: 2 });
      return { type: "text", text: applyEdits(text, edits).trim() };
    },
    locStart: () => 0,
    locEnd: (node: Formatted) => node.text.length,
  },
};

export const printers = {
  text: { print: (path: { node: Formatted }) => path.node.text },
};
