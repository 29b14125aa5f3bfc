// An order as text and as fields, and the ways to send it without the console. Pure.
import { YAMLException, dump, load } from 'js-yaml';
import type { JobManifest } from '../api/types';

export type Fields = Record<string, unknown>;
export interface Parsed {
  doc?: JobManifest;
  /** Why it is not a manifest: a line from 1, and what is wrong there. */
  wrong?: { line?: number; why?: string };
}

/** YAML or JSON, which is YAML too. */
export function parseManifest(text: string): Parsed {
  let it: unknown;
  try {
    it = load(text);
  } catch (error) {
    if (error instanceof YAMLException) return { wrong: { line: (error.mark?.line ?? 0) + 1, why: error.reason } };
    return { wrong: { why: String(error) } };
  }
  const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(it) || it.kind !== 'Job' || !isMap(it.metadata) || !isMap(it.spec)) return { wrong: {} };
  return { doc: it as unknown as JobManifest };
}

export function toYaml(doc: JobManifest): string {
  return dump(doc, { lineWidth: 100, noRefs: true });
}
export function toJson(doc: JobManifest): string {
  return JSON.stringify(doc, null, 2) + '\n';
}

/** "spec.network.latency" of the manifest; undefined where the way ends. */
export function fieldOf(doc: JobManifest, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Fields | undefined | null)?.[key], doc);
}

/** A copy with one field changed. Empty values are taken out, and with them the maps that they leave empty. */
export function withField(doc: JobManifest, path: string, value: unknown): JobManifest {
  const change = (at: Fields, [key = '', ...rest]: string[]): Fields => {
    const next = { ...at };
    if (rest.length === 0) {
      if (isEmpty(value)) delete next[key]; else next[key] = value;
      return next;
    }
    const inner = change((next[key] as Fields | undefined) ?? {}, rest);
    if (Object.keys(inner).length === 0) delete next[key]; else next[key] = inner;
    return next;
  };
  const next = change(doc as unknown as Fields, path.split('.'));
  return { ...next, metadata: next.metadata ?? {}, spec: next.spec ?? {} } as unknown as JobManifest;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A heredoc whose end does not occur in the text. */
function heredoc(text: string): [string, string] {
  let end = 'EOF';
  while (text.split('\n').includes(end)) end += '_';
  return [`<<'${end}'`, `${text.endsWith('\n') ? text : `${text}\n`}${end}\n`];
}

export function asCli(yaml: string): string {
  const [open, body] = heredoc(yaml);
  return `jw submit -f - ${open}\n${body}`;
}

export function asCurl(yaml: string, origin: string): string {
  const [open, body] = heredoc(yaml);
  return [
    `curl --fail-with-body -X POST '${origin}/v1/jobs' \\`,
    `  -H "Authorization: Bearer $JW_TOKEN" \\`,
    `  -H 'Content-Type: application/yaml' \\`,
    `  --data-binary @- ${open}`,
    body,
  ].join('\n');
}

export function asPython(doc: JobManifest, origin: string): string {
  return `import json, os, urllib.request

job = ${python(doc)}
request = urllib.request.Request(
    "${origin}/v1/jobs",
    data=json.dumps(job).encode(),
    headers={
        "Authorization": "Bearer " + os.environ["JW_TOKEN"],
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer)["key"])
`;
}

/** A value as Python writes it. */
function python(value: unknown, indent = ''): string {
  const inner = `${indent}    `;
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object') return JSON.stringify(String(value));
  if (Array.isArray(value)) {
    return value.length ? `[\n${value.map((it) => `${inner}${python(it, inner)},\n`).join('')}${indent}]` : '[]';
  }
  const all = Object.entries(value);
  return all.length ? `{\n${all.map(([key, it]) => `${inner}${JSON.stringify(key)}: ${python(it, inner)},\n`).join('')}${indent}}` : '{}';
}
