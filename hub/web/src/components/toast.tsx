import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

interface ToastProps {
  /** Null: nothing to say. */
  readonly text: string | null;
  /** What may be done about it. */
  readonly children?: React.ReactNode;
  /** Infinite: until somebody puts it away. */
  readonly forMs?: number;
  readonly onClose: () => void;
}

/**
 * One line at the foot of the screen, read out politely; it goes by itself after a while, unless somebody is at it. Its
 * place always stands there, for what comes into a place is read out, and what comes along with it may not be.
 */
export function Toast({ text, ...rest }: ToastProps) {
  return (
    <div className="toasts" role="status">
      {text !== null && <Saying key={text} text={text} {...rest} />}
    </div>
  );
}

function Saying({ text, children, forMs = 8_000, onClose }: ToastProps & { text: string }) {
  const { t } = useTranslation();
  const [isHeld, setHeld] = useState(false);
  const close = useEffectEvent(onClose);
  useEffect(() => {
    if (isHeld || !Number.isFinite(forMs)) return;
    const timer = setTimeout(() => close(), forMs);
    return () => clearTimeout(timer);
  }, [forMs, isHeld]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays as long as somebody is at it
    <div
      className="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="grow">{text}</span>
      {children}
      <button type="button" className="btn ghost sm icon" aria-label={t('common.dismiss')} onClick={onClose}>
        <Icon name="close" small />
      </button>
    </div>
  );
}
