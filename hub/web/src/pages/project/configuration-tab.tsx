import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { editedProjectQuery, electricityPricesQuery } from '../../api/projects.ts';
import { Empty, Panel } from '../../components/panel.tsx';
import { moment, number, text } from '../../format.ts';
import { ConfigurationForm } from './configuration-form.tsx';

/** What people say of a project: for those who may change it. */
export function ConfigurationTab({ projectId }: { projectId: string }) {
  const edited = useQuery(editedProjectQuery(projectId));
  return (
    <div className="cols">
      <Panel of={edited}>{(project) => <ConfigurationForm key={project.tag} edited={project} />}</Panel>
      <Prices projectId={projectId} />
    </div>
  );
}

function Prices({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const prices = useQuery(electricityPricesQuery(projectId));
  return (
    <section className="card" aria-label={t('project.prices')}>
      <div className="card-h">
        <h2>{t('project.prices')}</h2>
      </div>
      <Panel of={prices}>
        {({ prices: known }) =>
          known.length === 0 ? (
            <Empty>{t('project.noPrices')}</Empty>
          ) : (
            <dl className="facts card-b">
              {known.map(({ starts_on: day, usd_per_kwh: usd }) => (
                <div key={day} className="fact">
                  <dt>{t('project.priceFrom', { day: moment(`${day}T00:00Z`, { dateStyle: 'medium' }, 'UTC') })}</dt>
                  <dd>{text({ value: number(usd, 4), unit: 'USD/kWh' })}</dd>
                </div>
              ))}
            </dl>
          )
        }
      </Panel>
    </section>
  );
}
