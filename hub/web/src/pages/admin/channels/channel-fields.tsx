import { useTranslation } from 'react-i18next';
import { Line, Picked, SecretField, Switch, TextArea } from '../../../components/fields.tsx';
import {
  addressOf,
  addressPointers,
  type ChannelDraft,
  hasSecret,
  type Kind,
  PREVIOUS_POINTER,
  secretPointer,
  takesTwo,
} from './channel-draft.ts';
import { HoursFields } from './hours-fields.tsx';
import { newSigningSecret } from './signing-secret.ts';

const SEVERITIES = ['critical', 'warning', 'info'] as const;
const LEVELS = ['1', '2', '3', '4', '5'] as const;

/** Where a channel leads, whom it tells what, and when. */
export function ChannelFields({
  kind,
  draft,
  isNew,
  zone,
  refused,
  onChange,
}: {
  kind: Kind;
  draft: ChannelDraft;
  isNew: boolean;
  /** By whose clocks its hours begin where none are set yet. */
  zone: string;
  /** What the hub said of single fields. */
  refused: ReadonlyMap<string, string>;
  onChange: (part: Partial<ChannelDraft>) => void;
}) {
  const { t } = useTranslation();
  const address = addressOf(kind);
  const wrongAddress = address === null ? undefined : refusalBelow(refused, addressPointers[address]);
  return (
    <>
      <Line
        label={t('channels.name')}
        max={100}
        isRequired
        value={draft.name}
        message={refused.get('/name')}
        onChange={(name) => onChange({ name })}
      />
      {address === 'recipients' ? (
        <>
          <TextArea
            label={t('channels.recipients')}
            isRequired
            max={5000}
            value={draft.recipients}
            onChange={(recipients) => onChange({ recipients })}
          />
          {wrongAddress !== undefined && <p className="small">{wrongAddress}</p>}
        </>
      ) : (
        address !== null && (
          <Line
            label={t(`channels.${address}`)}
            isRequired
            max={2000}
            value={draft[address]}
            message={wrongAddress}
            onChange={(text) => onChange({ [address]: text })}
          />
        )
      )}
      {hasSecret(kind) && (
        <div className="row secret-row">
          <SecretField
            className="grow"
            label={t(`channels.secrets.${kind === 'email' ? 'webhook' : kind}`)}
            isRequired={isNew}
            max={2000}
            value={draft.secret}
            message={refused.get(secretPointer(kind))}
            hint={draft.secret !== '' ? t('channels.copySecret') : isNew ? undefined : t('channels.secretStays')}
            onChange={(secret) => onChange({ secret })}
          />
          {kind === 'webhook' && (
            <button type="button" className="btn" onClick={() => onChange({ secret: newSigningSecret() })}>
              {t('channels.generate')}
            </button>
          )}
        </div>
      )}
      {takesTwo(kind) && !isNew && draft.secret !== '' && (
        <SecretField
          label={t('channels.fields.previous')}
          max={2000}
          value={draft.previous}
          message={refused.get(PREVIOUS_POINTER)}
          hint={t('channels.bothSign')}
          onChange={(previous) => onChange({ previous })}
        />
      )}
      <div className="pairs">
        <Picked
          label={t('channels.severity')}
          value={draft.severity}
          options={SEVERITIES.map((value) => ({ value, label: t(`channels.atLeast.${value}`) }))}
          onChange={(severity) => onChange({ severity })}
        />
        <Picked
          label={t('channels.level')}
          value={draft.level}
          options={LEVELS.map((value) => ({
            value,
            label: value === '1' ? t('channels.levelOne') : t('channels.levelMore', { level: value }),
          }))}
          onChange={(level) => onChange({ level })}
        />
        <Picked
          label={t('channels.language')}
          value={draft.language}
          options={[
            { value: 'fr', label: 'Français' },
            { value: 'en', label: 'English' },
          ]}
          onChange={(language) => onChange({ language })}
        />
      </div>
      <HoursFields hours={draft.hours} zone={zone} refused={refused} onChange={(hours) => onChange({ hours })} />
      <Switch label={t('channels.enabled')} isOn={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
    </>
  );
}

/** What was said of a value or of something in it. */
function refusalBelow(refused: ReadonlyMap<string, string>, pointer: string): string | undefined {
  return [...refused].find(([at]) => at === pointer || at.startsWith(`${pointer}/`))?.[1];
}
