// Reads the OpenAPI file for people: operations, and schemas as short text. Pure.

export interface Schema {
  $ref?: string; type?: string | string[]; format?: string; description?: string; const?: unknown; enum?: unknown[];
  properties?: Record<string, Schema>; required?: string[]; items?: Schema; additionalProperties?: Schema | boolean;
  anyOf?: Schema[]; oneOf?: Schema[]; allOf?: Schema[]; examples?: unknown[]; default?: unknown; minimum?: number; maximum?: number; prefixItems?: Schema[];
}
export interface Parameter { in: string; name: string; required?: boolean; description?: string; schema?: Schema }
interface Body { content?: Record<string, { schema?: Schema }>; description?: string }
export interface Operation {
  id: string; method: string; path: string; summary: string; tag: string; parameters: Parameter[]; body?: Body; answers: Record<string, Body>;
}
export interface OpenApi {
  info: { title: string; version: string };
  paths: Record<string, Record<string, unknown>>;
  components?: { schemas?: Record<string, Schema> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function operationsOf(api: OpenApi): Operation[] {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS.flatMap((method) => {
    const it = item[method] as { operationId?: string; summary?: string; tags?: string[]; parameters?: Parameter[]; requestBody?: Body; responses?: Record<string, Body> } | undefined;
    if (!it) return [];
    return [{
      id: it.operationId ?? `${method} ${path}`, method: method.toUpperCase(), path, summary: it.summary ?? '', tag: it.tags?.[0] ?? '',
      parameters: it.parameters ?? [], body: it.requestBody, answers: it.responses ?? {},
    }];
  }));
}

const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);

/** One line: `string`, `JobState`, `JobSummary[]`, `"job" | "project"`. */
export function typeText(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((it) => JSON.stringify(it)).join(' | ');
  const some = schema.anyOf ?? schema.oneOf;
  if (some && !schema.properties) return [...new Set(some.map(typeText))].join(' | ');
  if (schema.allOf) return schema.allOf.map(typeText).join(' & ');
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
  if (type.startsWith('array')) return `${typeText(schema.items)}[]`;
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object') return `{ [name]: ${typeText(schema.additionalProperties)} }`;
  return schema.properties ? 'object' : type;
}

/** The schemas that a text of types names, in the order named. */
export function namesIn(schema: Schema | undefined): string[] {
  if (!schema) return [];
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? []), ...(schema.items ? [schema.items] : []),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [])];
  return [...new Set([...(schema.$ref ? [nameOf(schema.$ref)] : []), ...inner.flatMap(namesIn)])];
}
