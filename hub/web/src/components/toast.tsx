import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

/**
 * One line at the foot of the screen, read out politely; it goes by itself after a while. Its place always stands there,
 * for what comes into a place is read out, and what comes along with it may not be.
 */
export function Toast({
  text,
  children,
  forMs = 8_000,
  onClose,
}: {
  /** Null: nothing to say. */
  text: string | null;
  /** What may be done about it. */
  children?: React.ReactNode;
  forMs?: number;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const close = useEffectEvent(onClose);
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => close(), forMs);
    return () => clearTimeout(timer);
  }, [text, forMs]);
  return (
    <div className="toasts" role="status">
      {text !== null && (
        <div className="toast">
          <span className="grow">{text}</span>
          {children}
          <button type="button" className="btn ghost sm icon" aria-label={t('common.dismiss')} onClick={onClose}>
            <Icon name="close" small />
          </button>
        </div>
      )}
    </div>
  );
}
