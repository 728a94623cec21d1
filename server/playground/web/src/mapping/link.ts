import { isTrial, type Trial } from "./trial";

/** What fragments that hold a trial begin with. Fragments stay in the browser: no server ever sees one. */
const prefix = "#mapping=";

/** linkOf returns the fragment that holds a trial. */
export function linkOf({ mapping, spec, input, vars }: Trial): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ mapping, spec, input, vars }));
  let letters = "";
  for (const byte of bytes) {
    letters += String.fromCharCode(byte);
  }
  return prefix + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** trialIn returns the trial that a fragment holds, if it holds one. */
export function trialIn(fragment: string): Trial | undefined {
  if (!fragment.startsWith(prefix)) {
    return undefined;
  }
  try {
    const letters = atob(fragment.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(letters, (c) => c.charCodeAt(0)));
    const value: unknown = JSON.parse(text);
    return isTrial(value) ? value : undefined;
  } catch {
    return undefined; // cut off on its way, or written by hand
  }
}
