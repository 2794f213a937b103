import type { ClientBase } from 'pg';
import { newApiKey } from '../../hub/src/auth/api-keys.ts';

/** Makes the key of a super admin, who sees the most. */
export async function makeKey(client: ClientBase): Promise<string> {
  const { keyId, key, hash } = newApiKey();
  await client.query(
    `insert into api_keys (project_id, key_id, token_hash, name, role, created_by)
     values ('HEARST-000', $1, $2, 'bench', 'super_admin', 'bench')`,
    [keyId, hash],
  );
  return key;
}
