import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Container } from '../../api/containers.ts';
import { addWindow } from '../../api/maintenance.ts';
import type { Project } from '../../api/projects.ts';
import { localMoment, localText } from '../../charts/zone.ts';
import { Failure } from '../../components/panel.tsx';
import { Select } from '../../components/select.tsx';
import { shortId } from '../../components/short-id.ts';
import { StatusMark } from '../../components/status-mark.tsx';

const USUAL_MS = 4 * 3_600_000;

/** Says that a container, or the whole project, is worked on until then; its alarms are held meanwhile. */
export function DeclareMaintenance({ project, containers }: { project: Project; containers: readonly Container[] }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [opened, setOpened] = useState(0);
  return (
    <>
      <button
        type="button"
        className="btn"
        data-s="maint"
        onClick={() => {
          setOpened(Date.now());
          dialog.current?.showModal();
        }}
      >
        <StatusMark mark="maint" />
        {t('common.status.maintenance')}
      </button>
      <dialog ref={dialog} className="form" aria-label={t('project.declare')}>
        {opened > 0 && (
          <Fields
            key={opened}
            project={project}
            containers={containers}
            opened={opened}
            onDone={() => dialog.current?.close()}
          />
        )}
      </dialog>
    </>
  );
}

function Fields({
  project: { project_id: projectId, name, time_zone: zone },
  containers,
  opened,
  onDone,
}: {
  project: Project;
  containers: readonly Container[];
  opened: number;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [target, setTarget] = useState(containers[0]?.container_id ?? projectId);
  const [until, setUntil] = useState(localText(opened + USUAL_MS, zone));
  const [reason, setReason] = useState('');
  const end = localMoment(until, zone);
  const declare = useMutation({
    mutationFn: addWindow,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['maintenance-windows'] });
      onDone();
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (end === null) return;
        declare.mutate({
          project_id: projectId,
          target_type: target === projectId ? 'project' : 'container',
          target_id: target,
          starts_at: new Date().toISOString(),
          ends_at: new Date(end).toISOString(),
          reason,
        });
      }}
    >
      <h2>{t('project.declare')}</h2>
      <Select
        label={t('project.what')}
        value={target}
        options={[
          { value: projectId, label: name },
          ...containers.map(({ container_id: id }) => ({ value: id, label: shortId(id, projectId) })),
        ]}
        onChange={setTarget}
      />
      <label className="labelled">
        <span className="t2 small">{t('project.until', { zone })}</span>
        <span className="field">
          <input type="datetime-local" required value={until} onChange={(event) => setUntil(event.target.value)} />
        </span>
      </label>
      <label className="labelled">
        <span className="t2 small">{t('project.reason')}</span>
        <span className="field">
          <input type="text" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
        </span>
      </label>
      {declare.error !== null && <Failure error={declare.error} />}
      <div className="row">
        <button type="submit" className="btn primary" disabled={end === null || declare.isPending}>
          {t('project.begin')}
        </button>
        <button type="button" className="btn ghost" onClick={onDone}>
          {t('common.cancel')}
        </button>
      </div>
    </form>
  );
}
