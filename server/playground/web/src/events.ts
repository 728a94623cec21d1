/** An event of an event stream, as servers of graphql-sse send them. */
export interface StreamEvent {
  event: string;
  data: string;
}

/** readEvents gives each event of a stream to take, in order, until the stream ends. Comments are left out. */
export async function readEvents(body: ReadableStream<Uint8Array>, take: (event: StreamEvent) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) {
        take(event);
      }
    }
  }
}

/** eventOf reads the lines of one event; undefined for comments. */
function eventOf(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ""));
    }
  }
  const event = fields.get("event");
  return event === undefined ? undefined : { event, data: fields.get("data") ?? "" };
}
