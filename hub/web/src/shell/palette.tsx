import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SearchHit, searchQuery } from '../api/search.ts';
import { Icon } from '../components/icon.tsx';
import { isTyping, singleKeys } from '../components/keys.ts';

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
  const list = useId();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
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
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const hit = hits[at];
    if (step !== undefined) setAt((now) => Math.max(0, Math.min(hits.length - 1, now + step)));
    else if (event.key === 'Enter' && hit !== undefined) open(hit);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="field">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog is opened to type
          autoFocus
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls={list}
          aria-activedescendant={hits.length > 0 ? `${list}-${at}` : undefined}
          aria-label={t('shell.searchFor')}
          placeholder={t('shell.searchFor')}
          value={text}
          maxLength={100}
          onChange={({ target }) => {
            setText(target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label={t('shell.search')} className="hits">
        {hits.map((hit, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the field that has the focus
          <div
            key={`${hit.type} ${hit.id}`}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onClick={() => open(hit)}
          >
            <b>{hit.label}</b>
            <span className="t2">{hit.project_id}</span>
          </div>
        ))}
      </div>
      {text.trim().length >= 2 && data !== undefined && hits.length === 0 && (
        <p className="t2">{t('shell.noHits', { text })}</p>
      )}
    </>
  );
}
