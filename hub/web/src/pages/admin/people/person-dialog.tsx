import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { refusalsOf, type Tagged } from '../../../api/http.ts';
import { changeUser, editedUserQuery, readUser, type User } from '../../../api/users.ts';
import { Conflict } from '../../../components/conflict.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Failure, Panel } from '../../../components/panel.tsx';
import { useProof } from '../../../session/proof.ts';
import { useEdited } from '../../use-edited.ts';
import { useProjects } from '../use-projects.ts';
import { PersonActions } from './person-actions.tsx';
import { changeOf, draftOf, lacksProject, type PersonDraft } from './person-draft.ts';
import { PersonFields } from './person-fields.tsx';

/** One person: what is said of them, and what may be done about their account. */
export function PersonDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const edited = useQuery(editedUserQuery(id));
  const { t } = useTranslation();
  if (edited.data !== undefined) return <Form key={edited.data.tag} edited={edited.data} onClose={onClose} />;
  return (
    <Dialog
      title={t('admin.people.person')}
      submit={t('common.done')}
      hasCancel={false}
      onSubmit={onClose}
      onClose={onClose}
    >
      <Panel of={edited}>{() => null}</Panel>
    </Dialog>
  );
}

function Form({ edited, onClose }: { edited: Tagged<User>; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const proved = useProof();
  const { user_id: id, name, email } = edited.value;
  const inWords = useWords();
  const form = useEdited({
    edited,
    draftOf,
    save: (draft, { value, tag }) => proved(() => changeUser(id, changeOf(draft, value), tag)),
    reread: () => readUser(id),
    onSaved: async () => {
      await queries.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
  });
  const { draft, conflicts, theirs, base } = form;
  const hasChanged = Object.keys(changeOf(draft, base.value)).length > 0;
  return (
    <Dialog
      title={name || email}
      submit={t('common.save')}
      isBusy={form.isBusy}
      canSubmit={hasChanged && !lacksProject(draft) && conflicts === null}
      onSubmit={form.save}
      onClose={onClose}
    >
      <PersonFields draft={draft} refused={refusalsOf(form.error)} onChange={form.change} />
      {conflicts !== null && theirs !== null && (
        <Conflict
          fields={conflicts.map((field) => ({
            ...{ name: field, label: t(`admin.people.${field}`) },
            ...{ theirs: inWords(field, theirs), mine: inWords(field, draft) },
          }))}
          onChosen={form.settle}
        />
      )}
      {form.error !== null && <Failure error={form.error} />}
      <PersonActions user={base.value} />
    </Dialog>
  );
}

/** A field of somebody as people read it. */
function useWords() {
  const { t } = useTranslation();
  const projects = useProjects();
  return (field: keyof PersonDraft, draft: PersonDraft): string => {
    if (field === 'role') return t(`common.role.${draft.role}`);
    if (field !== 'projects') return draft[field];
    return draft.projects.map((id) => projects.find(({ value }) => value === id)?.label ?? id).join(', ');
  };
}
