import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { containersQuery } from '../../../api/containers.ts';
import { refusalsOf } from '../../../api/http.ts';
import { addPlan, type NewPlan } from '../../../api/maintenance-plans.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Line, Picked } from '../../../components/fields.tsx';
import { numberOf } from '../../../components/number-of.ts';
import { Failure } from '../../../components/panel.tsx';
import { shortId } from '../../../components/short-id.ts';
import { useProjects } from '../use-projects.ts';

const NOTHING = { target: '', task: '', hours: '', day: '', again: '' };

/** A task for a container: after so many running hours, on a day, or both. */
export function NewPlanDialog({ project, onClose }: { project: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const projects = useProjects();
  const [place, setPlace] = useState(project ?? projects.at(-1)?.value ?? '');
  const [draft, setDraft] = useState(NOTHING);
  const { data: containers } = useQuery({ ...containersQuery(place), enabled: place !== '' });
  const ids = containers?.data.map(({ container_id: id }) => id) ?? [];
  const target = ids.find((id) => id === draft.target) ?? ids[0] ?? '';
  const make = useMutation({
    mutationFn: (body: NewPlan) => addPlan(body),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['maintenance-plans'] });
      onClose();
    },
  });
  const refused = refusalsOf(make.error);
  const write = (part: Partial<typeof NOTHING>): void => {
    setDraft({ ...draft, ...part });
    if (make.error !== null) make.reset();
  };
  const hours = draft.hours === '' ? null : numberOf(draft.hours);
  const isTimed = hours !== null || draft.day !== '';
  return (
    <Dialog
      title={t('admin.silences.addPlan')}
      submit={t('common.save')}
      isBusy={make.isPending}
      canSubmit={target !== '' && isTimed && draft.task.trim() !== ''}
      onSubmit={() =>
        make.mutate({
          ...{ project_id: place, target_type: 'container', target_id: target, task: draft.task.trim() },
          every_running_hours: hours,
          due_on: draft.day === '' ? null : draft.day,
          every_days: draft.day === '' || draft.again === '' ? null : numberOf(draft.again),
        })
      }
      onClose={onClose}
    >
      <Picked label={t('admin.project')} value={place} options={projects} onChange={setPlace} />
      <Picked
        label={t('admin.silences.what')}
        value={target}
        options={ids.map((value) => ({ value, label: shortId(value, place) }))}
        onChange={(id) => write({ target: id })}
      />
      <Line
        label={t('admin.silences.task')}
        isRequired
        value={draft.task}
        message={refused.get('/task')}
        onChange={(task) => write({ task })}
      />
      <Line
        label={t('admin.silences.everyHours')}
        inputMode="decimal"
        unit="h"
        value={draft.hours}
        message={refused.get('/every_running_hours')}
        onChange={(text) => write({ hours: text })}
      />
      <div className="pairs">
        <Line
          label={t('admin.silences.onDay')}
          type="date"
          value={draft.day}
          message={refused.get('/due_on')}
          onChange={(day) => write({ day })}
        />
        <Line
          label={t('admin.silences.everyDays')}
          inputMode="numeric"
          unit={t('alerts.day')}
          value={draft.again}
          message={refused.get('/every_days')}
          onChange={(again) => write({ again })}
        />
      </div>
      {!isTimed && <p className="t2">{t('admin.silences.needsTime')}</p>}
      {make.error !== null && <Failure error={make.error} />}
    </Dialog>
  );
}
