import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addAgent, agentsQuery } from '../../api/agents.ts';
import type { Project } from '../../api/projects.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Suggested } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { Failure } from '../../components/panel.tsx';
import { Select } from '../../components/select.tsx';
import { Enrolment, type Issued } from './enrolment.tsx';

interface Props {
  /** Those that may be chosen from where `projectId` is not said. */
  readonly projects: readonly Project[];
  readonly projectId: string | undefined;
}

/** For those who may: asks the name, shows the command to run at the site, and waits for the agent. */
export function AddAgentButton({
  isPrimary = false,
  isSmall = false,
  ...of
}: Props & { isPrimary?: boolean; isSmall?: boolean }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (of.projectId === undefined && of.projects.length === 0) return null;
  return (
    <>
      <button
        type="button"
        className={`btn${isPrimary ? ' primary' : ''}${isSmall ? ' sm' : ''}`}
        onClick={() => setOpen(true)}
      >
        <Icon name="plus" small={isSmall} />
        {t('agents.do.add')}
      </button>
      {isOpen && <AddAgent {...of} onClose={() => setOpen(false)} />}
    </>
  );
}

function AddAgent({ projects, projectId: given, onClose }: Props & { onClose: () => void }) {
  const queries = useQueryClient();
  const [projectId, setProject] = useState(given ?? projects[0]?.project_id ?? '');
  const [name, setName] = useState('');
  const [issued, setIssued] = useState<Issued | null>(null);
  const add = useMutation({
    mutationFn: async (): Promise<Issued> => {
      const { data } = await queries.fetchQuery({ ...agentsQuery(projectId), staleTime: 0 });
      const before = new Set(data.map(({ agent_id: id }) => id));
      const asked = { projectId, name: name.trim() };
      return { ...asked, before, ...(await addAgent(asked)) };
    },
    onSuccess: setIssued,
  });
  const close = (): void => {
    void queries.invalidateQueries({ queryKey: ['agents'] });
    onClose();
  };
  if (issued !== null) return <Enrolment issued={issued} onClose={close} />;
  return (
    <NameDialog
      {...{ name, projectId, onName: setName, onProject: setProject, onClose }}
      projects={given === undefined ? projects : null}
      isBusy={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate()}
    />
  );
}

function NameDialog({
  name,
  projectId,
  projects,
  isBusy,
  error,
  onName,
  onProject,
  onSubmit,
  onClose,
}: {
  name: string;
  projectId: string;
  /** To be chosen from; null where it is clear. */
  projects: readonly Project[] | null;
  isBusy: boolean;
  error: Error | null;
  onName: (name: string) => void;
  onProject: (projectId: string) => void;
  onSubmit: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t('agents.add.title', { project: projectId })}
      submit={t('agents.add.make')}
      {...{ isBusy, onSubmit, onClose }}
    >
      <p className="t2">{t('agents.add.hint')}</p>
      {projects !== null && (
        <Select
          label={t('reports.project')}
          value={projectId}
          options={projects.map(({ project_id: value, name: label }) => ({ value, label }))}
          onChange={onProject}
        />
      )}
      <Suggested label={t('agents.add.name')} value={name} max={64} onChange={onName} />
      {error !== null && <Failure error={error} />}
    </Dialog>
  );
}
