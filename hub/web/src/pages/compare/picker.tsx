import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Container, containersQuery } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import { type SearchHit, searchQuery } from '../../api/search.ts';
import { Icon } from '../../components/icon.tsx';
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
  const list = useId();
  const [text, setText] = useState('');
  const [wantedAt, setAt] = useState(0);
  const mayInside = useMay('inside');
  const asked = useDebounced(text, TYPING_MS);
  const { data: hits } = useQuery({ ...searchQuery(asked), enabled: mayInside && asked.trim().length >= 2 });
  // Where nothing is compared yet, the containers of the first project that has any are offered.
  const first = projects.find(({ coverage }) => coverage.expected > 0)?.project_id ?? '';
  const { data: others } = useQuery({ ...containersQuery(first), enabled: first !== '' && containers.length === 0 });
  const known = containers.length > 0 ? containers : (others?.data ?? []);
  const found = candidatesFor(text, { projects, containers: known, hits: hits?.data ?? NO_HITS }, items);
  const at = Math.min(wantedAt, found.length - 1);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = found[at];
    if (step !== undefined) setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    else if (event.key === 'Enter' && chosen !== undefined) onPick(chosen.item);
    else return;
    event.preventDefault();
  };
  return (
    <div className="picker">
      <div className="field">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: it was opened to type
          autoFocus
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={list}
          aria-activedescendant={found.length > 0 ? `${list}-${at}` : undefined}
          aria-label={t('compare.find')}
          placeholder={t('compare.find')}
          value={text}
          maxLength={100}
          onChange={({ target }) => {
            setText(target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label={t('compare.find')} className="hits">
        {found.map(({ item, name }, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the field that has the focus
          <div
            key={`${item.kind} ${item.projectId} ${item.id}`}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            ref={i === at ? keepInView : undefined}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(item)}
          >
            <b>{name}</b>
            <span className="t2">{item.kind === 'project' ? t('compare.project') : item.projectId}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="t2">{t('compare.nothing')}</p>}
    </div>
  );
}

function keepInView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
