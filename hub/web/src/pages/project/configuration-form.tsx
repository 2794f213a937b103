import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { refusalsOf, type Tagged } from '../../api/http.ts';
import { changeProject, type Project, readTagged } from '../../api/projects.ts';
import { Conflict } from '../../components/conflict.tsx';
import { Failure } from '../../components/panel.tsx';
import { useEdited } from '../use-edited.ts';
import { ConfigurationField } from './configuration-field.tsx';
import { changeOf, draftOf, FIELDS, faultOf } from './draft.ts';

/** Changes a project. Where somebody else has changed it meanwhile, both versions are shown and one chooses. */
export function ConfigurationForm({ edited }: { edited: Tagged<Project> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { project_id: projectId } = edited.value;
  const form = useEdited({
    edited,
    draftOf,
    save: (draft, { value, tag }) => changeProject(projectId, changeOf(draft, value), tag),
    reread: () => readTagged(projectId),
    onSaved: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => ['edited-project', 'project', 'projects'].includes(String(queryKey[0])),
      }),
  });
  const { draft, changed, conflicts, theirs } = form;
  const isGood = FIELDS.every((field) => faultOf(field, draft[field]) === null);
  const refused = refusalsOf(form.error);
  return (
    <section className="card" aria-label={t('project.tabs.configuration')}>
      <div className="card-h">
        <h2>{t('project.tabs.configuration')}</h2>
      </div>
      <form
        className="card-b stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isGood && changed.length > 0) form.save();
        }}
      >
        <div className="fields">
          {FIELDS.map((field) => (
            <ConfigurationField
              key={field}
              field={field}
              value={draft[field]}
              refused={refused.get(`/${field}`)}
              onChange={(value) => form.change({ [field]: value })}
            />
          ))}
        </div>
        {conflicts !== null && (
          <Conflict
            fields={conflicts.map((name) => ({
              ...{ name, label: t(`project.fields.${name}`), theirs: theirs?.[name] ?? '', mine: draft[name] },
            }))}
            onChosen={form.settle}
          />
        )}
        {form.error !== null && <Failure error={form.error} />}
        <div className="row">
          <button
            type="submit"
            className="btn primary"
            disabled={!isGood || changed.length === 0 || form.isBusy || conflicts !== null}
          >
            {t('common.save')}
          </button>
          {changed.length > 0 && conflicts === null && (
            <button type="button" className="btn ghost" onClick={form.undo}>
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
