import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './app.ts';
import { type Bilingual, say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

/** Deeper than anything people write down; a few thousand levels overflow the stack of whatever walks them. */
const MAX_DEPTH = 32;

/**
 * Refuses JSON that nothing behind here could keep: nested without end, or with a NUL or half a surrogate pair in a text,
 * which Postgres takes neither as text nor as jsonb. What is no JSON at all is the validators' to refuse.
 */
export function boundJson(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (/^application\/json\b/i.test(c.req.header('Content-Type') ?? '')) {
      const fault = faultIn(parsed(await c.req.text()));
      if (fault !== null)
        throw new Problem('invalid_request', fault.detail, {
          errors: [{ pointer: fault.pointer, code: fault.code, message: fault.detail.en }],
        });
    }
    await next();
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Told by the validators, in their words.
  }
}

interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: Bilingual;
}

/** Without recursion: the depth is what is being bounded. */
function faultIn(value: unknown): Fault | null {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, pointer, depth } = next;
    if (typeof value === 'string' && !isKeepable(value)) return badText(pointer);
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_DEPTH) return tooDeep(pointer);
    for (const [key, member] of Object.entries(value)) {
      if (!isKeepable(key)) return badText(pointer);
      open.push({ value: member, pointer: `${pointer}/${key}`, depth: depth + 1 });
    }
  }
  return null;
}

function isKeepable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function badText(pointer: string): Fault {
  return {
    pointer,
    code: 'bad_text',
    detail: say(
      'A text holds a NUL character or half a surrogate pair, which no database keeps. Remove it.',
      "Un texte contient un caractère NUL ou une demi-paire de substitution, qu'aucune base ne garde. Enlevez-le.",
    ),
  };
}

function tooDeep(pointer: string): Fault {
  return {
    pointer: pointer.slice(0, 200),
    code: 'too_deep',
    detail: say(
      `The body is nested deeper than ${MAX_DEPTH} levels.`,
      `Le corps est imbriqué sur plus de ${MAX_DEPTH} niveaux.`,
    ),
  };
}
