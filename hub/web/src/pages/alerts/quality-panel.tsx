import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RuleBook } from '../../api/alert-rules.ts';
import { type Looked, qualityQuery, standingQuery } from '../../api/quality.ts';
import { Icon } from '../../components/icon.tsx';
import { Panel, Skeleton } from '../../components/panel.tsx';
import { useMinute } from '../../components/use-now.ts';
import { duration, moment, number } from '../../format.ts';
import { HourBars } from './hour-bars.tsx';
import { type Quality, qualityOf } from './quality.ts';
import { Chattering, Noisiest, Standing } from './quality-lists.tsx';

const DAYS = 7;

/** For those who run it: whether people get as many alerts as they can see to, and which rules are too loud. */
export function QualityPanel({
  projectId,
  rules,
  onClose,
}: {
  projectId: string | undefined;
  rules: RuleBook | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const looked = useQuery(qualityQuery(DAYS, projectId));
  const open = useQuery(standingQuery(projectId));
  return (
    <section className="card quality" aria-labelledby="quality">
      <div className="card-h">
        <h2 id="quality">{t('quality.title')}</h2>
        <span className="t2">{t('quality.days', { count: DAYS })}</span>
        <button
          type="button"
          className="btn ghost sm icon end"
          aria-label={t('common.close')}
          title={t('common.close')}
          onClick={onClose}
        >
          <Icon name="close" small />
        </button>
      </div>
      <Panel of={looked} skeleton={<Skeleton rows={3} height={72} />}>
        {(known) => <Figures looked={known} rules={rules} />}
      </Panel>
      <Panel of={open}>{({ data }) => <Standing open={data} rules={rules} />}</Panel>
      <p className="sec t2 small">{t('quality.counted')}</p>
    </section>
  );
}

function Figures({ looked, rules }: { looked: Looked; rules: RuleBook | undefined }) {
  const { t } = useTranslation();
  const quality = qualityOf(looked.alerts, looked.from, useMinute());
  const { hours } = quality;
  const most = hours.reduce((a, b) => Math.max(a, b), 0);
  return (
    <>
      {looked.total > looked.alerts.length && (
        <p className="sec small" role="status">
          {t('quality.cut', {
            count: looked.alerts.length,
            total: number(looked.total),
            from: moment(looked.from, { dateStyle: 'medium', timeStyle: 'short' }),
          })}
        </p>
      )}
      <Rates quality={quality} />
      <figure className="sec">
        <HourBars hours={hours} label={t('quality.bars', { hours: number(hours.length), most: number(most) })} />
        <figcaption className="row t2 small">
          <span>{moment(looked.from, { day: 'numeric', month: 'short' })}</span>
          <span className="grow what">{t('quality.perHourEach')}</span>
          <span>{t('quality.now')}</span>
        </figcaption>
      </figure>
      <div className="two">
        <Noisiest noise={quality.noisiest} rules={rules} />
        <Chattering noise={quality.chattering} rules={rules} />
      </div>
    </>
  );
}

function Rates({ quality: { count, perHour, isMet, medianS, acknowledged, untouched } }: { quality: Quality }) {
  const { t } = useTranslation();
  return (
    <dl className="imp">
      <div>
        <dt>{t('quality.perTenMinutes')}</dt>
        <dd>{number(perHour === null ? null : perHour / 6, 2)}</dd>
        <dd className="t2 small" data-s={isMet === false ? 'warning' : 'unknown'}>
          {isMet !== null && t(isMet ? 'quality.met' : 'quality.missed')}
        </dd>
      </div>
      <div>
        <dt>{t('quality.perHour')}</dt>
        <dd>{number(perHour, 2)}</dd>
        <dd className="t2 small">{t('quality.inAll', { count })}</dd>
      </div>
      <div>
        <dt>{t('quality.median')}</dt>
        <dd>{medianS === null ? number(null) : duration(medianS)}</dd>
        <dd className="t2 small">{t('quality.of', { count: acknowledged })}</dd>
      </div>
      <div>
        <dt>{t('quality.untouched')}</dt>
        <dd>{number(untouched)}</dd>
        <dd className="t2 small">{t('quality.untouchedMeans')}</dd>
      </div>
    </dl>
  );
}
