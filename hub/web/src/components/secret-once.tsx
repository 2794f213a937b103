import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button.tsx';

/** Something that is shown now and never again, to be copied. */
export function SecretOnce({ label, secret, children }: { label: string; secret: string; children?: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="banner secret" data-s="warning">
      <div className="grow">
        <p>
          <b>{label}</b> <span className="t2">{t('common.once')}</span>
        </p>
        <code className="mono">{secret}</code>
        {children}
      </div>
      <CopyButton className="btn" text={secret} label={t('common.copy')} />
    </div>
  );
}
