import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice } from '../../components/fields.tsx';
import { SingleKeys } from '../../components/single-keys.tsx';
import { currentTheme, onTheme, setTheme, THEMES } from '../../theme.ts';

/** What is kept on this device alone. */
export function Preferences() {
  const { t } = useTranslation();
  const theme = useSyncExternalStore(onTheme, currentTheme);
  return (
    <section className="card" aria-label={t('account.device')}>
      <div className="card-h">
        <h2>{t('account.device')}</h2>
      </div>
      <div className="card-b stack">
        <Choice
          label={t('account.theme')}
          value={theme}
          options={THEMES.map((value) => ({ value, label: t(`account.themes.${value}`) }))}
          onChange={setTheme}
        />
        <SingleKeys />
      </div>
    </section>
  );
}
