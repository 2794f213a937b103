import { z } from '@hono/zod-openapi';

export const SearchHit = z
  .object({
    type: z.enum(['project', 'container', 'transformer', 'miner']),
    project_id: z.string(),
    id: z.string(),
    label: z.string(),
    matched: z.enum(['id', 'name', 'serial', 'mac', 'ip', 'position']),
    url: z.string(),
  })
  .openapi('SearchHit', {
    description: 'An object that answers a search, the field it was found by, and where it is read',
    example: {
      type: 'miner',
      project_id: 'QATAR-001',
      id: 'QATAR-C12-M144',
      label: 'QATAR-C12-R07-04 HTRX0001234',
      matched: 'serial',
      url: '/api/miners/QATAR-C12-M144?project_id=QATAR-001',
    },
  });
export type SearchHit = z.infer<typeof SearchHit>;
