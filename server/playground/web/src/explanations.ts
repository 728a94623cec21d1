import type { Explanation } from "./explanation";

/**
 * Explanations keeps, for each tab of the editor, how its last answer came about. A request belongs to the tab that was
 * active when it was sent.
 */
export class Explanations {
  /** The id of the active tab. */
  activeTab = "";

  private readonly byTab = new Map<string, Explanation>();
  private readonly listeners = new Set<() => void>();

  /** get returns undefined for a tab that got no answer yet. */
  readonly get = (tab: string): Explanation | undefined => this.byTab.get(tab);

  readonly set = (tab: string, explanation: Explanation | undefined): void => {
    if (explanation) {
      this.byTab.set(tab, explanation);
    } else {
      this.byTab.delete(tab);
    }
    for (const listener of this.listeners) {
      listener();
    }
  };

  /** subscribe returns what ends the subscription. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}
