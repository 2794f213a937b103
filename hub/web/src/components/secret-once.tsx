import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const COPIED_MS = 1_500;

/** Something that is shown now and never again, to be copied. */
export function SecretOnce({ label, secret, children }: { label: string; secret: string; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <div className="banner secret" data-s="warning">
      <div className="grow">
        <p>
          <b>{label}</b> <span className="t2">{t('common.once')}</span>
        </p>
        <code className="mono">{secret}</code>
        {children}
      </div>
      <button
        type="button"
        className="btn"
        onClick={async () => {
          await navigator.clipboard.writeText(secret);
          setCopied(true);
          setTimeout(() => setCopied(false), COPIED_MS);
        }}
      >
        <span role="status">{t(copied ? 'common.copied' : 'common.copy')}</span>
      </button>
    </div>
  );
}
