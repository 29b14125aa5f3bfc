// Adds up what a browser loads of JS and CSS, compressed, and fails above the budget.
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET = 220 * 1024;
const dist = new URL('../dist/assets/', import.meta.url);
let total = 0;
for (const name of (await readdir(dist)).filter((name) => /\.(js|css)$/.test(name)).sort()) {
  const size = gzipSync(await readFile(new URL(name, dist)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KiB  ${name}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KiB  JS and CSS, gzip; budget ${BUDGET / 1024} KiB`);
if (total > BUDGET) process.exit(1);
