import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { Select } from '../components/select.tsx';
import { PRESETS, type Preset, type Range, spanMs } from './range.ts';
import { bucketLabel } from './time-ticks.ts';
import { localMoment, localText } from './zone.ts';

const MINUTE = 60_000;
const CUSTOM = 'custom';

/** Presets, and two fields for any other range. */
export function RangePicker({
  range,
  timeZone,
  now,
  onChange,
}: {
  range: Range;
  /** By whose clocks the fields are. */
  timeZone: string;
  now: number;
  onChange: (range: Range) => void;
}) {
  const { t } = useTranslation();
  const preset = PRESETS.find((each) => range.kind === 'back' && range.back === each);
  const choose = (back: Preset): void => onChange({ kind: 'back', back });
  const custom = customLabel(range, timeZone);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form */}
      <span className="seg not-phone" role="group" aria-label={t('charts.range')}>
        {PRESETS.map((each) => (
          <button key={each} type="button" aria-pressed={each === preset} onClick={() => choose(each)}>
            {t(`charts.presets.${each}`)}
          </button>
        ))}
      </span>
      <Select
        className="only-phone"
        label={t('charts.range')}
        value={preset ?? CUSTOM}
        options={[
          ...PRESETS.map((each) => ({ value: each, label: t(`charts.presets.${each}`) })),
          ...(preset === undefined ? [{ value: CUSTOM, label: custom ?? t('charts.custom') } as const] : []),
        ]}
        onChange={(value) => value !== CUSTOM && choose(value)}
      />
      <Menu
        form
        className={preset === undefined ? 'btn' : 'btn ghost'}
        button={
          <>
            <span>{(preset === undefined && custom) || t('charts.custom')}</span>
            <Icon name="down" small />
          </>
        }
      >
        {(close) => (
          <CustomRange
            range={range}
            timeZone={timeZone}
            now={now}
            onChange={(fixed) => {
              onChange(fixed);
              close();
            }}
          />
        )}
      </Menu>
    </>
  );
}

function customLabel(range: Range, timeZone: string): string | null {
  if (range.kind === 'back') return range.back;
  const ends = [range.from, range.to].map((at) => bucketLabel(at, MINUTE, Number.POSITIVE_INFINITY, timeZone));
  return ends.join(' \u2013 ');
}

function CustomRange({
  range,
  timeZone,
  now,
  onChange,
}: {
  range: Range;
  timeZone: string;
  now: number;
  onChange: (range: Range) => void;
}) {
  const { t } = useTranslation();
  const shown = range.kind === 'fixed' ? range : { from: now - spanMs(range), to: now };
  const [from, setFrom] = useState(localText(shown.from, timeZone));
  const [to, setTo] = useState(localText(shown.to, timeZone));
  const [start, end] = [localMoment(from, timeZone), localMoment(to, timeZone)];
  const isGood = start !== null && end !== null && start < end && start < now;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) onChange({ kind: 'fixed', from: start, to: Math.min(end, now) });
      }}
    >
      <Moment label={t('charts.from')} value={from} onChange={setFrom} />
      <Moment label={t('charts.to')} value={to} onChange={setTo} />
      <p className="t2 small">{isGood ? t('charts.clocksOf', { zone: timeZone }) : t('charts.badRange')}</p>
      <button type="submit" className="btn primary" disabled={!isGood}>
        {t('charts.apply')}
      </button>
    </form>
  );
}

function Moment({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="labelled">
      <span className="t2 small">{label}</span>
      <span className="field">
        <input type="datetime-local" required value={value} onChange={(event) => onChange(event.target.value)} />
      </span>
    </label>
  );
}
