// Brotli once, at build time: what the server gives to browsers that take it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const names = (await readdir(dist, { recursive: true })).filter((name) => /\.(js|css|svg|json|html)$/.test(name));
for (const name of names) {
  const text = await readFile(new URL(name, dist));
  const small = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
  await writeFile(new URL(`${name}.br`, dist), small);
}
