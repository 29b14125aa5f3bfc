// Serves dist/ as `jw` has to: one address with the API, a strict policy, the page for every path of its own.
// usage: JW_SERVER=http://127.0.0.1:7070 node e2e/serve.mjs [port]
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = new URL('../dist/', import.meta.url);
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2' };
const API = /^\/(v1\/|openapi\.json$|healthz$|readyz$|metrics$)/;

export function serve(api, port = 0) {
  const server = createServer(async (incoming, answer) => {
    const { pathname } = new URL(incoming.url, 'http://x');
    if (API.test(pathname)) return pass(api, incoming, answer);
    const isFile = pathname.startsWith('/assets/');
    const body = await readFile(new URL(`.${isFile ? pathname : '/index.html'}`, DIST)).catch(() => undefined);
    answer.writeHead(body ? 200 : 404, {
      'content-type': TYPES[isFile ? extname(pathname) : '.html'] ?? 'application/octet-stream',
      'content-security-policy': "default-src 'self'",
      'x-content-type-options': 'nosniff',
      'cache-control': isFile ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    answer.end(body);
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

function pass(api, incoming, answer) {
  const onward = request(new URL(incoming.url, api), { method: incoming.method, headers: { ...incoming.headers, host: new URL(api).host } }, (response) => {
    answer.writeHead(response.statusCode, response.headers);
    answer.flushHeaders();
    response.pipe(answer);
  });
  onward.on('error', () => { if (!answer.headersSent) answer.writeHead(502); answer.end(); });
  answer.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(process.env.JW_SERVER ?? 'http://127.0.0.1:7070', Number(process.argv[2] ?? 0));
  console.log(`http://127.0.0.1:${server.address().port}`);
}
