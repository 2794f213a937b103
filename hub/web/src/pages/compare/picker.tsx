import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Container, containersQuery } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import { type SearchHit, searchQuery } from '../../api/search.ts';
import { SearchList } from '../../components/search-list.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { useMay } from '../../session/session.ts';
import { candidatesFor } from './candidates.ts';
import type { Item } from './items.ts';

const TYPING_MS = 200;
const NO_HITS: readonly SearchHit[] = [];

interface PickerProps {
  readonly items: readonly Item[];
  readonly projects: readonly Project[];
  /** Those of the projects that are compared. */
  readonly containers: readonly Container[];
  readonly onPick: (item: Item) => void;
}

/** Finds a project or container to add: type, arrow keys, Enter. */
export function Picker({ items, projects, containers, onPick }: PickerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const mayInside = useMay('inside');
  const asked = useDebounced(text, TYPING_MS);
  const { data: hits } = useQuery({ ...searchQuery(asked), enabled: mayInside && asked.trim().length >= 2 });
  // Where nothing is compared yet, the containers of the first project that has any are offered.
  const first = projects.find(({ coverage }) => coverage.expected > 0)?.project_id ?? '';
  const { data: others } = useQuery({ ...containersQuery(first), enabled: first !== '' && containers.length === 0 });
  const known = containers.length > 0 ? containers : (others?.data ?? []);
  const found = candidatesFor(text, { projects, containers: known, hits: hits?.data ?? NO_HITS }, items);
  const options = found.map(({ item, name }) => ({
    item,
    key: `${item.kind} ${item.projectId} ${item.id}`,
    name,
    note: item.kind === 'project' ? t('compare.project') : item.projectId,
  }));
  return (
    <div className="picker">
      <SearchList
        label={t('compare.find')}
        text={text}
        options={options}
        onText={setText}
        onChoose={({ item }) => onPick(item)}
      />
      {found.length === 0 && <p className="t2">{t('compare.nothing')}</p>}
    </div>
  );
}
