import { expect, test } from "vitest";
import { readEvents, type StreamEvent } from "./events";

/** cut returns a stream of the text in parts of some bytes. */
function cut(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let i = 0; i < bytes.length; i += size) {
        controller.enqueue(bytes.slice(i, i + size));
      }
      controller.close();
    },
  });
}

test("events are read however they are cut into parts", async () => {
  const text = ':\n\nevent: next\ndata: {"data":{"a":"ä: ö"}}\n\n:\n\nevent: complete\ndata:\n\nevent: next\ndata: not ended';
  for (let size = 1; size <= text.length; size++) {
    const seen: StreamEvent[] = [];
    await readEvents(cut(text, size), (event) => seen.push(event));
    expect(seen).toEqual([
      { event: "next", data: '{"data":{"a":"ä: ö"}}' },
      { event: "complete", data: "" },
    ]);
  }
});
