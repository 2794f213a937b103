import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, type Tagged } from '../../api/http.ts';
import { changeProject, type Project, readTagged } from '../../api/projects.ts';
import { Failure } from '../../components/panel.tsx';
import { ConfigurationField } from './configuration-field.tsx';
import { Conflict } from './conflict.tsx';
import { changedFields, changeOf, conflictsOf, type Draft, draftOf, FIELDS, faultOf, rebased } from './draft.ts';

/** Changes a project. Where somebody else has changed it meanwhile, both versions are shown and one chooses. */
export function ConfigurationForm({ edited }: { edited: Tagged<Project> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [base, setBase] = useState(edited);
  const [draft, setDraft] = useState<Draft>(() => draftOf(edited.value));
  const [theirs, setTheirs] = useState<Tagged<Project> | null>(null);
  const { project_id: projectId } = base.value;
  const save = useMutation({
    mutationFn: () => changeProject(projectId, changeOf(draft, base.value), base.tag),
    onSuccess: async () => {
      await queries.invalidateQueries({
        predicate: ({ queryKey }) => ['edited-project', 'project', 'projects'].includes(String(queryKey[0])),
      });
    },
    onError: async (error) => {
      if (!(error instanceof ApiProblem) || error.code !== 'changed_meanwhile') return;
      const now = await readTagged(projectId);
      if (conflictsOf(draft, base.value, now.value).length > 0) setTheirs(now);
      else settle(now, []);
    },
  });
  const settle = (now: Tagged<Project>, kept: Parameters<typeof rebased>[3]): void => {
    setDraft(rebased(draft, base.value, now.value, kept));
    setBase(now);
    setTheirs(null);
    save.reset();
  };
  const changed = changedFields(draft, base.value);
  const isGood = FIELDS.every((field) => faultOf(field, draft[field]) === null);
  const refused = save.error instanceof ApiProblem ? (save.error.body.errors ?? []) : [];
  const hasMoved = save.error instanceof ApiProblem && save.error.code === 'changed_meanwhile';
  return (
    <section className="card" aria-label={t('project.tabs.configuration')}>
      <div className="card-h">
        <h2>{t('project.tabs.configuration')}</h2>
      </div>
      <form
        className="card-b stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isGood && changed.length > 0) save.mutate();
        }}
      >
        <div className="fields">
          {FIELDS.map((field) => (
            <ConfigurationField
              key={field}
              field={field}
              value={draft[field]}
              refused={refused.find(({ pointer }) => pointer === `/${field}`)?.message}
              onChange={(value) => {
                setDraft({ ...draft, [field]: value });
                if (save.error !== null) save.reset();
              }}
            />
          ))}
        </div>
        {theirs !== null && (
          <Conflict draft={draft} base={base.value} theirs={theirs.value} onChosen={(kept) => settle(theirs, kept)} />
        )}
        {save.error !== null && !hasMoved && <Failure error={save.error} />}
        <div className="row">
          <button
            type="submit"
            className="btn primary"
            disabled={!isGood || changed.length === 0 || save.isPending || theirs !== null}
          >
            {t('common.save')}
          </button>
          {changed.length > 0 && theirs === null && (
            <button type="button" className="btn ghost" onClick={() => setDraft(draftOf(base.value))}>
              {t('project.undo')}
            </button>
          )}
          <span className="t2" role="status">
            {changed.length === 0 ? t('project.nothingChanged') : t('project.changedCount', { count: changed.length })}
          </span>
        </div>
      </form>
    </section>
  );
}
