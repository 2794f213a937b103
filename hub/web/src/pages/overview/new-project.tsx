import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createProject } from '../../api/projects.ts';
import { Icon } from '../../components/icon.tsx';
import { Failure } from '../../components/panel.tsx';
import { TextField } from '../entrance.tsx';

/** Makes a project from its identifier and name; all else is configured on its page. */
export function NewProjectButton({ isPrimary = false }: { isPrimary?: boolean }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const make = useMutation({
    mutationFn: createProject,
    onSuccess: async ({ project_id: projectId }) => {
      dialog.current?.close();
      await queries.invalidateQueries({ queryKey: ['projects'] });
      await navigate({ to: '/projects/$projectId', params: { projectId }, search: { tab: 'configuration' } });
    },
  });
  return (
    <>
      <button type="button" className={isPrimary ? 'btn primary' : 'btn'} onClick={() => dialog.current?.showModal()}>
        <Icon name="plus" />
        {t('overview.newProject')}
      </button>
      <dialog ref={dialog} className="form" aria-label={t('overview.newProject')}>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate({ project_id: id.trim().toUpperCase(), name: name.trim() });
          }}
        >
          <h2>{t('overview.newProject')}</h2>
          <TextField label={t('overview.fieldId')} autoComplete="off" value={id} onChange={setId} />
          <TextField label={t('overview.fieldName')} autoComplete="off" value={name} onChange={setName} />
          {make.error !== null && <Failure error={make.error} />}
          <div className="row">
            <button type="submit" className="btn primary" disabled={make.isPending}>
              {t('overview.create')}
            </button>
            <button type="button" className="btn ghost" onClick={() => dialog.current?.close()}>
              {t('common.cancel')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
