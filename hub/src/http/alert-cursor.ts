import { z } from '@hono/zod-openapi';
import type { AlertPlace } from '../db/queries/alerts.ts';

const PLACE = /^([1-3]):(-?\d{1,16}):(\d{1,15})$/;

/** A cursor of the list of alerts: the place of the last one shown, wrapped so that nobody builds on its shape. */
export const AlertCursor = z
  .string()
  .max(100)
  .transform((text, ctx): AlertPlace => {
    const [, rank, at, id] = PLACE.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
    if (id !== undefined) return { rank: Number(rank), at: Number(at), id: Number(id) };
    ctx.addIssue({ code: 'custom', message: 'not a cursor that a list has answered' });
    return z.NEVER;
  });

/** What `answerPage` wraps. */
export function textOfPlace({ rank, at, id }: AlertPlace): string {
  return `${rank}:${at}:${id}`;
}
