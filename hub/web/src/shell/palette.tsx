import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SearchHit, searchQuery } from '../api/search.ts';
import { Icon } from '../components/icon.tsx';
import { isTyping, singleKeys } from '../components/keys.ts';
import { SearchList } from '../components/search-list.tsx';

/** Finds anything by what people know of it: an id, an address, a serial. Opens by Ctrl or Cmd K and by `/`. */
export function Palette() {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isCommand = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
      const isSlash = event.key === '/' && singleKeys() && !isTyping(event.target);
      if (!isCommand && !isSlash) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);

  return (
    <>
      <button type="button" className="search" onClick={() => setOpen(true)}>
        <Icon name="search" />
        <span className="sr">{t('shell.search')}</span>
        <span className="ph grow">{t('shell.searchFor')}</span>
        <kbd>{navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <dialog ref={dialog} className="palette" aria-label={t('shell.search')} onClose={() => setOpen(false)}>
        {isOpen && <Search onDone={() => setOpen(false)} />}
      </dialog>
    </>
  );
}

function Search({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const { data } = useQuery(searchQuery(text));
  const hits = text.trim().length < 2 ? [] : (data?.data ?? []);

  const open = ({ type, project_id: projectId, id }: SearchHit): void => {
    onDone();
    if (type === 'container')
      void navigate({ to: '/projects/$projectId/containers/$containerId', params: { projectId, containerId: id } });
    else if (type === 'miner')
      void navigate({
        to: '/projects/$projectId/miners/$minerId',
        params: { projectId, minerId: id },
      });
    else void navigate({ to: '/projects/$projectId', params: { projectId } });
  };
  const options = hits.map((hit) => ({
    hit,
    key: `${hit.type} ${hit.id}`,
    name: hit.label,
    note: hit.project_id,
  }));
  return (
    <>
      <SearchList
        label={t('shell.searchFor')}
        listLabel={t('shell.search')}
        text={text}
        options={options}
        onText={setText}
        onChoose={({ hit }) => open(hit)}
      />
      {text.trim().length >= 2 && data !== undefined && hits.length === 0 && (
        <p className="t2">{t('shell.noHits', { text })}</p>
      )}
    </>
  );
}
