// The parts of an OpenAPI description that are shown.

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: readonly string[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  default?: unknown;
  examples?: readonly unknown[];
  description?: string;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required?: boolean;
  description?: string;
  schema: Schema;
}

export type Contents = Record<string, { schema?: Schema }>;

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags?: readonly string[];
  parameters?: readonly Parameter[];
  requestBody?: { content: Contents };
  responses: Record<string, { description: string; content?: Contents }>;
}

export interface Description {
  info: { version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Call {
  method: string;
  path: string;
  operation: Operation;
}

/** The calls by their tags, in the order of the description. */
export function callsByTag({ paths }: Description): Map<string, Call[]> {
  const found = new Map<string, Call[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "other";
      found.set(tag, [...(found.get(tag) ?? []), { method: method.toUpperCase(), path, operation }]);
    }
  }
  return found;
}

/** The name of a type, as short as it goes. */
export function kindOf(schema: Schema | undefined): string {
  if (schema === undefined) return "";
  if (schema.$ref !== undefined) return schema.$ref.split("/").pop()!;
  if (schema.enum !== undefined) return schema.enum.join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(kindOf).join(" | ");
  if (schema.type === "array") return `list of ${kindOf(schema.items)}`;
  return schema.format === "binary" ? "file" : schema.type ?? "";
}

/** A value of a type, to begin with. */
export function example(schema: Schema | undefined, types: Record<string, Schema>): unknown {
  if (schema === undefined) return null;
  if (schema.$ref !== undefined) return example(types[kindOf(schema)], types);
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.properties !== undefined) {
    const needed = Object.keys(schema.properties).filter((name) => schema.required?.includes(name));
    return Object.fromEntries(needed.map((name) => [name, example(schema.properties![name], types)]));
  }
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return example(schema.anyOf[0], types);
  return { array: [], number: 0, integer: 0, boolean: false, string: "" }[schema.type ?? ""] ?? null;
}
