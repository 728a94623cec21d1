import { useEffect, useRef } from "react";
import { useMonaco } from "@graphiql/react";
import type * as Monaco from "monaco-editor";
import type { Mark } from "./trial";

/** Underline is a mark that an editor shows. */
export interface Underline extends Mark {
  readonly isError: boolean;
}

interface Props {
  label: string;
  language: "json" | "plaintext";
  value: string;
  /** Without it the editor only shows. */
  onChange?: (value: string) => void;
  underlines?: readonly Underline[];
}

const none: readonly Underline[] = [];

/** Editor is one of GraphiQL's editors, with a text of ours. The Tab key leaves it, as it leaves any other field. */
export function Editor({ label, language, value, onChange, underlines = none }: Props) {
  const monaco = useMonaco((state) => state.monaco);
  const frame = useRef<HTMLDivElement>(null);
  const model = useRef<Monaco.editor.ITextModel>(null);
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };
  useEffect(() => {
    if (!monaco || !frame.current) {
      return;
    }
    const text = monaco.editor.createModel(latest.current.value, language);
    text.setEOL(monaco.editor.EndOfLineSequence.LF);
    model.current = text;
    const editor = monaco.editor.create(frame.current, {
      ...options,
      // The editor measures the font, and cannot do it by a variable's name.
      fontFamily: getComputedStyle(document.body).getPropertyValue("--weft-mono"),
      model: text,
      ariaLabel: label,
      readOnly: !latest.current.onChange,
    });
    text.onDidChangeContent(() => {
      if (text.getValue() !== latest.current.value) {
        latest.current.onChange?.(text.getValue());
      }
    });
    return () => {
      model.current = null;
      editor.dispose();
      text.dispose();
    };
  }, [monaco, label, language]);
  useEffect(() => {
    if (model.current && model.current.getValue() !== value) {
      model.current.setValue(value);
    }
  }, [monaco, value]);
  useEffect(() => {
    const text = model.current;
    if (monaco && text) {
      const markers = underlines.map((mark) => markerOf(text, mark, monaco.MarkerSeverity));
      monaco.editor.setModelMarkers(text, "weft", markers);
    }
  }, [monaco, underlines]);
  return <div ref={frame} className="weft-editor" />;
}

const options: Monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fixedOverflowWidgets: true,
  fontSize: 13,
  lineDecorationsWidth: 6,
  lineNumbersMinChars: 3,
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  padding: { top: 4, bottom: 4 },
  renderLineHighlight: "none",
  roundedSelection: false,
  scrollBeyondLastLine: false,
  scrollbar: { verticalScrollbarSize: 10, alwaysConsumeMouseWheel: false },
  stickyScroll: { enabled: false },
  tabFocusMode: true,
  tabSize: 2,
  unicodeHighlight: { ambiguousCharacters: false },
};

/** markerOf counts columns as the editor does. A place without extent is shown at the character before it. */
function markerOf(
  text: Monaco.editor.ITextModel,
  mark: Underline,
  severities: typeof Monaco.MarkerSeverity,
): Monaco.editor.IMarkerData {
  const columnOf = (line: number, column: number): number => {
    const content = line <= text.getLineCount() ? text.getLineContent(line) : "";
    return [...content].slice(0, column - 1).join("").length + 1;
  };
  const { line = 1, column = 1, endLine = line, endColumn = column } = mark;
  const start = columnOf(line, column);
  const end = columnOf(endLine, endColumn);
  const isEmpty = line === endLine && start === end;
  return {
    severity: mark.isError ? severities.Error : severities.Warning,
    message: mark.message,
    startLineNumber: line,
    startColumn: isEmpty ? Math.max(1, start - 1) : start,
    endLineNumber: endLine,
    endColumn: end,
  };
}
