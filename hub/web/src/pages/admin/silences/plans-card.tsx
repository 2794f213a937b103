import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type MaintenancePlan, planDone, plansQuery, removePlan } from '../../../api/maintenance-plans.ts';
import { Icon } from '../../../components/icon.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { Empty, Failure, Panel } from '../../../components/panel.tsx';
import { moment, number, THIN, UNKNOWN } from '../../../format.ts';
import { useMay } from '../../../session/session.ts';
import { useZone } from '../use-projects.ts';
import { NewPlanDialog } from './new-plan-dialog.tsx';

/** What is to be done, and when. */
export function PlansCard({ project }: { project: string | undefined }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const mayWork = useMay('work');
  const [isAdding, setAdding] = useState(false);
  const plans = useInfiniteQuery(plansQuery(project));
  const refresh = () => queries.invalidateQueries({ queryKey: ['maintenance-plans'] });
  const done = useMutation({ mutationFn: planDone, onSettled: refresh });
  const remove = useMutation({ mutationFn: removePlan, onSettled: refresh });
  const error = done.error ?? remove.error;
  return (
    <section className="card" aria-label={t('admin.silences.plans')}>
      <div className="card-h">
        <h2>{t('admin.silences.plans')}</h2>
        {mayWork && (
          <button type="button" className="btn end" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {t('admin.silences.addPlan')}
          </button>
        )}
      </div>
      {error !== null && <Failure error={error} />}
      <Panel of={plans}>
        {({ pages }) => {
          const found = pages.flatMap(({ data }) => data);
          if (found.length === 0) return <Empty>{t('admin.silences.noPlan')}</Empty>;
          return (
            <div className="card-b scrolls">
              <table className="tbl stacks">
                <thead>
                  <tr>
                    {(['what', 'task', 'due', 'ran', 'lastDone'] as const).map((column) => (
                      <th key={column} scope="col">
                        {t(`admin.silences.${column}`)}
                      </th>
                    ))}
                    <th scope="col">
                      <span className="sr">{t('admin.silences.done')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {found.map((plan) => (
                    <Row key={plan.plan_id} plan={plan}>
                      {mayWork && (
                        <>
                          <button
                            type="button"
                            className="btn sm"
                            disabled={done.isPending}
                            onClick={() => done.mutate(plan.plan_id)}
                          >
                            {t('admin.silences.done')}
                          </button>{' '}
                          <button
                            type="button"
                            className="btn sm ghost"
                            disabled={remove.isPending}
                            onClick={() => remove.mutate(plan.plan_id)}
                          >
                            {t('admin.silences.removePlan')}
                          </button>
                        </>
                      )}
                    </Row>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Panel>
      <MoreButton of={plans} />
      {isAdding && <NewPlanDialog project={project} onClose={() => setAdding(false)} />}
    </section>
  );
}

function Row({ plan, children }: { plan: MaintenancePlan; children: React.ReactNode }) {
  const { t } = useTranslation();
  const zone = useZone(plan.project_id);
  const { due_on: day, every_running_hours: hours, every_days: again } = plan;
  const due = [
    ...(day === null ? [] : [moment(`${day}T00:00Z`, { dateStyle: 'medium' }, 'UTC')]),
    ...(again === null ? [] : [t('admin.silences.again', { count: again })]),
    ...(hours === null ? [] : [t('admin.silences.afterHours', { hours: `${number(hours)}${THIN}h` })]),
  ];
  return (
    <tr>
      <th scope="row">{plan.target_id}</th>
      <td className="wraps" data-label={t('admin.silences.task')}>
        {plan.task}
      </td>
      <td data-label={t('admin.silences.due')}>{due.join(', ')}</td>
      <td data-label={t('admin.silences.ran')}>
        {hours === null || plan.running_counted_at === null ? UNKNOWN : `${number(plan.running_hours)}${THIN}h`}
      </td>
      <td data-label={t('admin.silences.lastDone')}>
        {plan.last_done_at === null ? UNKNOWN : moment(plan.last_done_at, { dateStyle: 'medium' }, zone)}
        {plan.last_done_by !== null && <span className="t2"> {plan.last_done_by}</span>}
      </td>
      <td className="acts-cell">{children}</td>
    </tr>
  );
}
