import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../../components/status-mark.tsx';
import { moment } from '../../../format.ts';
import { useZone } from '../use-projects.ts';

const WHEN = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** From when to when, by the clocks of the site. */
export function Span({ of }: { of: { project_id: string; starts_at: string; ends_at: string } }) {
  const { t } = useTranslation();
  const zone = useZone(of.project_id) ?? 'UTC';
  const at = (text: string): string => moment(text, WHEN, zone);
  return <span title={zone}>{t('rules.fromTo', { from: at(of.starts_at), to: at(of.ends_at) })}</span>;
}

/** Whether it is now, to come or over. */
export function Phase({
  of: { active, starts_at: begins },
  now,
  mark,
}: {
  of: { active: boolean; starts_at: string };
  now: number;
  /** Of one that is now. */
  mark: 'maint' | 'info';
}) {
  const { t } = useTranslation();
  const phase = active ? 'now' : Date.parse(begins) > now ? 'planned' : 'over';
  const shown = { now: mark, planned: 'planned', over: 'unknown' } as const;
  return (
    <span className="status" data-s={shown[phase]}>
      <StatusMark mark={shown[phase]} />
      {t(`admin.silences.phases.${phase}`)}
    </span>
  );
}
