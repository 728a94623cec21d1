// Replaces the assets of the built page by gzip files, which is how the server embeds and sends them. The compressor is
// written in JavaScript: that of Node gives other bytes on other processors.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "fflate";

const folder = new URL("../../dist/playground/assets/", import.meta.url);
for (const name of readdirSync(folder)) {
  const file = new URL(name, folder);
  writeFileSync(new URL(`${name}.gz`, folder), gzipSync(readFileSync(file), { level: 9, mtime: 0 }));
  rmSync(file);
}
