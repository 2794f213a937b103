import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { ROLES, VERBS } from '../../auth/principal.ts';

/** An API key without its secret. */
export const ApiKey = z
  .object({
    key_id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    project_ids: z.array(z.string()).openapi({ description: 'Empty for a super admin, who sees every project' }),
    verbs: z.array(z.enum(VERBS)),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .openapi('ApiKey');
export type ApiKey = z.infer<typeof ApiKey>;

/** Which fields of a key always come, whatever `fields` names. */
export const API_KEY_IDS = ['key_id'] as const;

export const ApiKeyPart = ApiKey.partial()
  .required({ key_id: true })
  .openapi('ApiKeyPart', { description: 'An API key with the fields that were asked for, and its id' });

/** What a new key is to be. */
export const NewApiKey = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    role: z.enum(ROLES),
    project_ids: z.array(ProjectId).max(500).default([]),
    verbs: z.array(z.enum(VERBS)).min(1).max(VERBS.length).default(['read']),
    expires_at: z.iso.datetime({ offset: true }).nullable().default(null),
  })
  .openapi('NewApiKey', {
    example: { name: 'Power BI', role: 'viewer', project_ids: ['QATAR-001'], verbs: ['read'], expires_at: null },
  });

/** The only answer that holds the key itself. */
export const CreatedApiKey = ApiKey.extend({
  key: z.string().openapi({ description: 'Shown only now: keep it', example: 'hck_0123456789ab_...' }),
}).openapi('CreatedApiKey');

export const ApiKeyPath = z.object({ keyId: z.string().regex(/^[0-9a-f]{12}$/) });
