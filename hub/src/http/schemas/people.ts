import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { EMAIL, EMAIL_LENGTH, normalEmail } from '../../auth/email.ts';
import { ROLES } from '../../auth/principal.ts';

const STATUSES = ['invited', 'active', 'disabled'] as const;

/** A person who may sign in, or was invited to. */
export const User = z
  .object({
    user_id: z.uuid(),
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    status: z.enum(STATUSES),
    language: z.enum(['fr', 'en']),
    project_ids: z.array(z.string()).openapi({ description: 'Where the role holds; a super admin needs none' }),
    totp_enabled: z.boolean(),
    signed_in_at: z.iso.datetime().nullable(),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('User');
export type User = z.infer<typeof User>;

/** Which fields of a person always come, whatever `fields` names. */
export const USER_IDS = ['user_id'] as const;

export const UserPart = User.partial()
  .required({ user_id: true })
  .openapi('UserPart', { description: 'A person with the fields that were asked for, and the id' });

const Email = z
  .string()
  .max(EMAIL_LENGTH)
  .transform(normalEmail)
  .pipe(z.string().regex(EMAIL, { error: 'expected an e-mail address' }))
  .openapi({ type: 'string', format: 'email' });
const ProjectIds = z.array(ProjectId).max(500);

export const NewUser = z
  .strictObject({
    email: Email,
    name: z.string().trim().max(100).default(''),
    role: z.enum(ROLES),
    language: z.enum(['fr', 'en']).default('fr'),
    project_ids: ProjectIds.default([]),
  })
  .openapi('NewUser', {
    example: {
      email: 'aisha@example.com',
      name: 'Aisha Rahman',
      role: 'operator',
      language: 'en',
      project_ids: ['QATAR-001'],
    },
  });

export const UserChange = z
  .strictObject({
    email: Email,
    name: z.string().trim().max(100),
    role: z.enum(ROLES),
    language: z.enum(['fr', 'en']),
    status: z.enum(['active', 'disabled']),
    project_ids: ProjectIds,
  })
  .partial()
  .openapi('UserChange', { example: { role: 'viewer', project_ids: ['QATAR-001'] } });

/** A one-time token with which a person chooses a password. */
export const Invitation = z
  .object({
    token: z.string().openapi({ description: 'Shown only now: hand it to the person' }),
    expires_at: z.iso.datetime(),
  })
  .openapi('Invitation');

export const InvitedUser = User.extend({ invitation: Invitation }).openapi('InvitedUser');

/** Somebody who has access to a project, as its manager sees them. */
export const ProjectPerson = z
  .object({
    user_id: z.uuid(),
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    granted_by: z.string(),
    granted_at: z.iso.datetime(),
  })
  .openapi('ProjectPerson');
export type ProjectPerson = z.infer<typeof ProjectPerson>;

export const UserPath = z.object({ userId: z.uuid().toLowerCase() });
