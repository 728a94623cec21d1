import { useRef, type KeyboardEvent } from "react";

/** tabId is the id of a tab's button. */
export const tabId = (tab: string): string => `weft-tab-${tab.toLowerCase()}`;

/** panelId is the id of what a tab shows. */
export const panelId = (tab: string): string => `weft-panel-${tab.toLowerCase()}`;

interface Props<T extends string> {
  label: string;
  tabs: readonly T[];
  selected: T;
  onSelect: (tab: T) => void;
}

/** TabList is a row of tabs with one stop for the Tab key; arrow keys, Home and End go from tab to tab. */
export function TabList<T extends string>({ label, tabs, selected, onSelect }: Props<T>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const to = target(event.key, tabs.indexOf(selected), tabs.length);
    const tab = to === undefined ? undefined : tabs[to];
    if (tab === undefined) {
      return;
    }
    event.preventDefault();
    onSelect(tab);
    list.current?.querySelector<HTMLElement>(`#${tabId(tab)}`)?.focus();
  };
  return (
    <div ref={list} className="weft-tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={tabId(tab)}
          aria-selected={tab === selected}
          aria-controls={tab === selected ? panelId(tab) : undefined}
          tabIndex={tab === selected ? 0 : -1}
          onClick={() => onSelect(tab)}
        >
          {tab}
        </button>
      ))}
    </div>
  );
}

function target(key: string, current: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return (current + 1) % count;
    case "ArrowLeft":
      return (current + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
