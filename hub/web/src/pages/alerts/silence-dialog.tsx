import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/dialog.tsx';
import { Choice, Suggested } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';
import { duration } from '../../format.ts';

const HOURS = ['1', '4', '8', '24', '72', '168'] as const;

/** What a silence covers: the rule alone, or whatever is wrong at the target. */
export type SilenceScope = 'rule' | 'target';
export interface Silencing {
  readonly scope: SilenceScope;
  readonly until: string;
  readonly reason: string;
}

interface Props {
  readonly title: string;
  /** Of a single alert the scope may be chosen; null: each of several by its own rule. */
  readonly of: { readonly rule: string | null; readonly target: string } | null;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (silencing: Silencing) => void;
  readonly onClose: () => void;
}

/** Nobody is notified for a while; the record goes on. */
export function SilenceDialog({ title, of, isBusy, error, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  const [hours, setHours] = useState<(typeof HOURS)[number]>('8');
  const [scope, setScope] = useState<SilenceScope>(of?.rule === null ? 'target' : 'rule');
  const [reason, setReason] = useState('');
  const until = (): string => new Date(Date.now() + Number(hours) * 3_600_000).toISOString();
  return (
    <Dialog
      title={title}
      submit={t('alerts.do.silence')}
      isBusy={isBusy}
      onSubmit={() => onSubmit({ scope, until: until(), reason: reason.trim() })}
      onClose={onClose}
    >
      <p className="t2">{t('alerts.silenceMeans')}</p>
      <Choice
        label={t('alerts.howLong')}
        value={hours}
        options={HOURS.map((value) => ({ value, label: duration(Number(value) * 3600) }))}
        onChange={setHours}
      />
      {of !== null && of.rule !== null && (
        <Choice
          label={t('alerts.whatIsSilenced')}
          value={scope}
          options={[
            { value: 'rule', label: t('alerts.scope.rule', { rule: of.rule }) },
            { value: 'target', label: t('alerts.scope.target', { target: of.target }) },
          ]}
          onChange={setScope}
        />
      )}
      <Suggested label={t('alerts.reason')} value={reason} max={500} onChange={setReason} />
      {error !== null && <Failure error={error} />}
    </Dialog>
  );
}
