import type { z } from '@hono/zod-openapi';

/** A place in a schema where anything at all may stand. */
export interface Loose {
  /** The fields that lead there, `[]` for an item: `data.[].metadata`. */
  readonly at: string;
  /** What lets anything through: `unknown`, `any`, an object with room for unknown fields ... */
  readonly what: string;
}

/** Kinds of schema that say nothing about a value, or change it. */
const SILENT = new Set(['any', 'unknown', 'custom', 'transform']);
type Node = z.core.$ZodTypes;

/** Every place of a schema that says nothing about what stands there. Free JSON (a lazy schema) is told as `json`. */
export function looseIn(schema: z.ZodType, at: readonly string[] = []): Loose[] {
  const { def } = (schema as unknown as Node)._zod;
  const within = (inner: z.core.$ZodType, step?: string): Loose[] =>
    looseIn(inner as z.ZodType, step === undefined ? at : [...at, step]);
  const here = (what: string): Loose => ({ at: at.join('.'), what });
  if (SILENT.has(def.type)) return [here(def.type)];
  switch (def.type) {
    case 'lazy':
      return [here('json')];
    case 'object': {
      const rest = def.catchall?._zod.def.type;
      const fields = Object.entries(def.shape).flatMap(([name, inner]) => within(inner, name));
      return rest === undefined || rest === 'never' ? fields : [here('loose object'), ...fields];
    }
    case 'record':
      return within(def.valueType, '{}');
    case 'array':
      return within(def.element, '[]');
    case 'tuple':
      return def.items.flatMap((inner) => within(inner, '[]'));
    case 'union':
      return def.options.flatMap((inner) => within(inner));
    case 'intersection':
      return [def.left, def.right].flatMap((inner) => within(inner));
    case 'nullable':
    case 'optional':
    case 'default':
    case 'readonly':
      return within(def.innerType);
    case 'pipe':
      return [def.in, def.out].flatMap((inner) => within(inner));
    default:
      return [];
  }
}
