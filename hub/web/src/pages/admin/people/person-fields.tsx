import { useTranslation } from 'react-i18next';
import { Choices, Line, Picked } from '../../../components/fields.tsx';
import { useProjects } from '../use-projects.ts';
import { lacksProject, type PersonDraft, ROLES } from './person-draft.ts';

/** Who somebody is and what they may do where. */
export function PersonFields({
  draft,
  refused,
  onChange,
}: {
  draft: PersonDraft;
  /** What the hub said of single fields. */
  refused: ReadonlyMap<string, string>;
  onChange: (part: Partial<PersonDraft>) => void;
}) {
  const { t } = useTranslation();
  const projects = useProjects();
  return (
    <>
      <Line
        label={t('signIn.email')}
        type="email"
        isRequired
        max={254}
        value={draft.email}
        message={refused.get('/email')}
        onChange={(email) => onChange({ email })}
      />
      <Line
        label={t('admin.people.name')}
        max={100}
        value={draft.name}
        message={refused.get('/name')}
        onChange={(name) => onChange({ name })}
      />
      <Picked
        label={t('admin.people.role')}
        value={draft.role}
        options={ROLES.map((value) => ({ value, label: t(`common.role.${value}`) }))}
        hint={t(`admin.people.can.${draft.role}`)}
        onChange={(role) => onChange({ role })}
      />
      {draft.role !== 'super_admin' && (
        <Choices
          label={t('admin.people.projects')}
          options={projects}
          value={draft.projects}
          message={lacksProject(draft) ? t('admin.people.needsProject') : undefined}
          onChange={(projects) => onChange({ projects })}
        />
      )}
      <Picked
        label={t('admin.people.language')}
        value={draft.language}
        options={[
          { value: 'fr', label: 'Français' },
          { value: 'en', label: 'English' },
        ]}
        onChange={(language) => onChange({ language })}
      />
    </>
  );
}
