// Writes src/api/schema.d.ts from docs/openapi.json; with --check only says whether it is what it should be.
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const from = new URL('../../docs/openapi.json', import.meta.url);
const to = new URL('../src/api/schema.d.ts', import.meta.url);
const head = '// Generated from docs/openapi.json by `npm run api`; do not edit.\n\n';
const text = head + astToString(await openapi(from, { defaultNonNullable: false }));

if (process.argv.includes('--check')) {
  const is = await readFile(to, 'utf8').catch(() => '');
  if (is !== text) {
    console.error('src/api/schema.d.ts is not what docs/openapi.json says: run `npm run api`');
    process.exit(1);
  }
} else {
  await writeFile(to, text);
}
