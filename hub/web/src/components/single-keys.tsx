import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Switch } from './fields.tsx';
import { setSingleKeys, singleKeys } from './keys.ts';

/** Keys without Ctrl or Cmd can be turned off: they get in the way of speech input. */
export function SingleKeys() {
  const { t } = useTranslation();
  const [isOn, setOn] = useState(singleKeys);
  return (
    <Switch
      label={t('shell.singleKeys')}
      isOn={isOn}
      onChange={(on) => {
        setSingleKeys(on);
        setOn(on);
      }}
    />
  );
}
