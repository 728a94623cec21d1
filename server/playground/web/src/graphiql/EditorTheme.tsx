import { useEffect } from "react";
import { useGraphiQL, useMonaco } from "@graphiql/react";

/** The colours that GraphiQL paints with its pink, by its names of the two themes. */
const themes = {
  light: { name: "graphiql-LIGHT", base: "vs", accent: "#21658f", paper: "#ffffff", argument: "6c69ce" },
  dark: { name: "graphiql-DARK", base: "vs-dark", accent: "#7db8e0", paper: "#1f2632", argument: "a9a4ff" },
} as const;

type Scheme = keyof typeof themes;

/**
 * EditorTheme gives the editors Weft's colours, by defining GraphiQL's themes anew once the editor is loaded. While the user
 * leaves the choice to the system it follows the system, which GraphiQL asks only at the start.
 */
export function EditorTheme() {
  const monaco = useMonaco((state) => state.monaco);
  const chosen = useGraphiQL((state) => state.theme);
  useEffect(() => {
    if (!monaco) {
      return;
    }
    for (const theme of Object.values(themes)) {
      monaco.editor.defineTheme(theme.name, { base: theme.base, inherit: true, ...paint(theme) });
    }
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const apply = () => monaco.editor.setTheme(themes[chosen ?? (system.matches ? "dark" : "light")].name);
    apply();
    system.addEventListener("change", apply);
    return () => system.removeEventListener("change", apply);
  }, [monaco, chosen]);
  return null;
}

function paint({ accent, paper, argument }: (typeof themes)[Scheme]) {
  return {
    rules: [{ token: "argument.identifier.gql", foreground: argument }],
    colors: {
      "editor.background": "#ffffff00",
      "scrollbar.shadow": "#ffffff00",
      focusBorder: accent,
      "textLink.foreground": accent,
      "textLink.activeForeground": accent,
      "editorLink.activeForeground": accent,
      "list.highlightForeground": accent,
      "list.focusHighlightForeground": accent,
      "list.hoverBackground": `${accent}19`,
      "editorSuggestWidget.background": paper,
      "editorSuggestWidget.selectedBackground": `${accent}26`,
      "editorHoverWidget.background": paper,
      "editorWidget.background": paper,
      "menu.background": paper,
      "menu.selectionBackground": `${accent}26`,
      "menu.selectionForeground": accent,
      "quickInput.background": paper,
      "quickInputList.focusBackground": `${accent}26`,
    },
  };
}
