import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../components/keys.ts';
import { SingleKeys } from '../components/single-keys.tsx';
import { useMay } from '../session/session.ts';
import { nextTheme } from '../theme.ts';

/** What is listed, by where it works: each with its keys, in the order they are pressed. */
const EVERYWHERE = {
  search: ['/'],
  palette: ['Ctrl', 'K'],
  overview: ['g', 'o'],
  alerts: ['g', 'a'],
  theme: ['t'],
  wall: ['w'],
  fullScreen: ['f'],
  help: ['?'],
} as const;
const IN_ALERTS = {
  move: ['j', 'k'],
  acknowledge: ['a'],
  undo: ['u'],
  resolve: ['r'],
  note: ['n'],
  silence: ['s'],
  select: ['x'],
  back: ['Esc'],
} as const;

const IN_CONTAINER = { previous: ['['], next: [']'], openMiner: ['Enter'], close: ['Esc'] } as const;
const IN_PROJECT = {
  fleet: ['m'],
  zoom: ['+', '-', '0'],
  pick: ['x'],
  pickToo: ['Space'],
  compare: ['c'],
  clear: ['Esc'],
} as const;

/** The keys that work on every page, and the list of them all. */
export function Shortcuts() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayInside = useMay('inside');
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  useKeys({
    '?': () => setOpen(true),
    t: nextTheme,
    'g o': () => void navigate({ to: '/' }),
    ...(mayInside ? { 'g a': () => void navigate({ to: '/alerts' }) } : {}),
  });
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} className="form shortcuts" aria-label={t('shell.shortcuts')} onClose={() => setOpen(false)}>
      {isOpen && (
        <div className="stack">
          <h2>{t('shell.shortcuts')}</h2>
          <KeyList title={t('shell.everywhere')} keys={mayInside ? EVERYWHERE : without(EVERYWHERE, 'alerts')} />
          {mayInside && (
            <>
              <KeyList title={t('shell.inProject')} keys={IN_PROJECT} />
              <KeyList title={t('shell.inContainer')} keys={IN_CONTAINER} />
              <KeyList title={t('shell.alerts')} keys={IN_ALERTS} />
            </>
          )}
          <SingleKeys />
          <button type="button" className="btn" onClick={() => setOpen(false)}>
            {t('common.close')}
          </button>
        </div>
      )}
    </dialog>
  );
}

type KeyName = keyof typeof EVERYWHERE | keyof typeof IN_PROJECT | keyof typeof IN_CONTAINER | keyof typeof IN_ALERTS;

function KeyList({ title, keys }: { title: string; keys: Partial<Record<KeyName, readonly string[]>> }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{title}</h3>
      <dl className="facts">
        {(Object.keys(keys) as KeyName[]).map((name) => (
          <div key={name} className="fact">
            <dt>{t(`shell.key.${name}`)}</dt>
            <dd>
              {keys[name]?.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function without<Keys extends object>(keys: Keys, name: keyof Keys): Partial<Keys> {
  const { [name]: _, ...rest } = keys;
  return rest as Partial<Keys>;
}
