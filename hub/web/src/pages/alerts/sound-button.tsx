import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { Alarm } from '../../sound/alarm.ts';
import { onSound, setSound, soundOn } from '../../sound/choice.ts';

/** Whether new critical alerts are heard on this device; choosing it lets one hear what that is like. */
export function SoundButton() {
  const { t } = useTranslation();
  const isOn = useSyncExternalStore(onSound, soundOn);
  return (
    <button
      type="button"
      className="btn"
      aria-pressed={isOn}
      title={t(isOn ? 'alerts.soundOn' : 'alerts.soundOff')}
      onClick={() => {
        setSound(!isOn);
        if (!isOn) hear();
      }}
    >
      <Icon name={isOn ? 'bell' : 'mute'} />
      {t('alerts.sound')}
    </button>
  );
}

const LENGTH_MS = 1_000;

function hear(): void {
  const alarm = new Alarm();
  alarm.once();
  setTimeout(() => alarm.stop(), LENGTH_MS);
}
