import { expect, it } from 'vitest';
import type { Container } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import type { SearchHit } from '../../api/search.ts';
import { candidatesFor } from './candidates.ts';

const KNOWN = {
  projects: [{ project_id: 'QATAR-001', name: 'Hearst Qatar Mining' }] as Project[],
  containers: ['QATAR-C03', 'QATAR-C13'].map((id) => ({ container_id: id, project_id: 'QATAR-001' })) as Container[],
  hits: [
    { type: 'container', id: 'OMAN-C13', project_id: 'OMAN-001', label: 'OMAN-C13' },
    { type: 'container', id: 'QATAR-C13', project_id: 'QATAR-001', label: 'QATAR-C13' },
    { type: 'miner', id: 'QATAR-C13-M001', project_id: 'QATAR-001', label: 'QATAR-C13-R01-01' },
  ] as SearchHit[],
};

it('offers what is known here first, then what the hub finds, each once and no miner', () => {
  const found = candidatesFor('c13', KNOWN, []);
  expect(found.map(({ item }) => item.id)).toEqual(['QATAR-C13', 'OMAN-C13']);
});

it('does not offer what is compared already', () => {
  const taken = [{ kind: 'container', id: 'QATAR-C03', projectId: 'QATAR-001' } as const];
  const found = candidatesFor('', { ...KNOWN, hits: [] }, taken);
  expect(found.map(({ item }) => item.id)).toEqual(['QATAR-001', 'QATAR-C13']);
});
