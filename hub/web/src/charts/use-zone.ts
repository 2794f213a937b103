import { useTranslation } from 'react-i18next';
import type { Option } from '../components/select.tsx';
import { offsetName } from './zone.ts';

/** By whose clocks times are told. */
export const ZONE_CHOICES = ['site', 'mine', 'utc'] as const;
export type ZoneChoice = (typeof ZONE_CHOICES)[number];

export const zoneChoiceOf = (text: string | undefined): ZoneChoice =>
  ZONE_CHOICES.find((choice) => choice === text) ?? 'site';

/** The zone that a choice stands for, and the choices with their distance from UTC. */
export function useZone(choice: ZoneChoice, siteZone: string, now: number) {
  const { t } = useTranslation();
  const zones = { site: siteZone, mine: Intl.DateTimeFormat().resolvedOptions().timeZone, utc: 'UTC' };
  const options: Option<ZoneChoice>[] = ZONE_CHOICES.map((value) => ({
    value,
    label:
      value === 'utc' ? t('charts.zones.utc') : t(`charts.zones.${value}`, { offset: offsetName(now, zones[value]) }),
  }));
  return { zone: zones[choice], options };
}
