import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/projects.ts';
import { UNKNOWN } from '../../format.ts';
import { conflictsOf, type Draft, draftOf, type Field } from './draft.ts';

/** Both versions of what two people have changed, side by side, to be chosen from. */
export function Conflict({
  draft,
  base,
  theirs,
  onChosen,
}: {
  draft: Draft;
  base: Project;
  theirs: Project;
  /** With the fields whose own version is kept. */
  onChosen: (kept: readonly Field[]) => void;
}) {
  const { t } = useTranslation();
  const [kept, setKept] = useState<readonly Field[]>([]);
  const now = draftOf(theirs);
  return (
    <div className="banner conflict" role="alert" data-s="warning">
      <div className="grow stack">
        <p>
          <b>{t('project.conflict')}</b> <span className="t2">{t('project.conflictHint')}</span>
        </p>
        {conflictsOf(draft, base, theirs).map((field) => {
          const isKept = kept.includes(field);
          const others = kept.filter((each) => each !== field);
          return (
            // biome-ignore lint/a11y/useSemanticElements: two buttons, not fields of a form
            <div key={field} className="row wrap" role="group" aria-label={t(`project.fields.${field}`)}>
              <span className="t2 conflict-name">{t(`project.fields.${field}`)}</span>
              <span className="seg">
                <button type="button" aria-pressed={!isKept} onClick={() => setKept(others)}>
                  {t('project.theirs', { value: now[field] || UNKNOWN })}
                </button>
                <button type="button" aria-pressed={isKept} onClick={() => setKept([...others, field])}>
                  {t('project.mine', { value: draft[field] || UNKNOWN })}
                </button>
              </span>
            </div>
          );
        })}
      </div>
      <button type="button" className="btn" onClick={() => onChosen(kept)}>
        {t('project.choose')}
      </button>
    </div>
  );
}
