import { useTranslation } from 'react-i18next';
import { Switch } from '../../../components/fields.tsx';
import { Select } from '../../../components/select.tsx';
import { useAdminSearch } from '../search.ts';
import { useProjects } from '../use-projects.ts';
import { PlansCard } from './plans-card.tsx';
import { SilencesCard } from './silences-card.tsx';
import { WindowsCard } from './windows-card.tsx';

/** `/admin/silences`: when nobody is notified, what is being worked on, and what is due. */
export function SilencesPage() {
  const { t } = useTranslation();
  const [{ project, past }, change] = useAdminSearch();
  const projects = useProjects();
  const hasPast = past !== undefined;
  return (
    <>
      <div className="row wrap ctl">
        <Select
          label={t('admin.project')}
          value={project ?? ''}
          options={[{ value: '', label: t('common.all') }, ...projects]}
          onChange={(value) => change({ project: value })}
        />
        <Switch
          label={t('admin.silences.past')}
          isOn={hasPast}
          onChange={(isOn) => change({ past: isOn ? 'yes' : undefined })}
        />
      </div>
      <SilencesCard project={project} hasPast={hasPast} />
      <WindowsCard project={project} hasPast={hasPast} />
      <PlansCard project={project} />
    </>
  );
}
