import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UNKNOWN } from '../format.ts';

/** A field that two people have changed, as each of them wants it. */
export interface Conflicting {
  readonly name: string;
  readonly label: string;
  readonly theirs: string;
  readonly mine: string;
}

/** Both versions of what two people have changed, side by side, to be chosen from. */
export function Conflict({
  fields,
  onChosen,
}: {
  fields: readonly Conflicting[];
  /** With the fields whose own version is kept. */
  onChosen: (kept: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const [kept, setKept] = useState<readonly string[]>([]);
  return (
    <div className="banner conflict" role="alert" data-s="warning">
      <div className="grow stack">
        <p>
          <b>{t('common.conflict.title')}</b> <span className="t2">{t('common.conflict.hint')}</span>
        </p>
        {fields.map(({ name, label, theirs, mine }) => {
          const isKept = kept.includes(name);
          const others = kept.filter((each) => each !== name);
          return (
            // biome-ignore lint/a11y/useSemanticElements: two buttons, not fields of a form
            <div key={name} className="row wrap" role="group" aria-label={label}>
              <span className="t2 conflict-name">{label}</span>
              <span className="seg">
                <button type="button" aria-pressed={!isKept} onClick={() => setKept(others)}>
                  {t('common.conflict.theirs', { value: theirs || UNKNOWN })}
                </button>
                <button type="button" aria-pressed={isKept} onClick={() => setKept([...others, name])}>
                  {t('common.conflict.mine', { value: mine || UNKNOWN })}
                </button>
              </span>
            </div>
          );
        })}
      </div>
      <button type="button" className="btn" onClick={() => onChosen(kept)}>
        {t('common.conflict.choose')}
      </button>
    </div>
  );
}
