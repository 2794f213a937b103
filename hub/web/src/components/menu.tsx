import { useEffect, useRef, useState } from 'react';

/**
 * A button that shows what belongs to it. Escape, leaving it and whatever its content does close it; Escape gives the
 * focus back.
 */
export function Menu({
  button,
  label,
  className = 'btn',
  form = false,
  children,
}: {
  button: React.ReactNode;
  /** Where the button shows no words. */
  label?: string;
  className?: string;
  /** Whether it holds fields rather than a list. */
  form?: boolean;
  children: (close: () => void) => React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const leave = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('focusin', leave);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('focusin', leave);
    };
  }, [open]);
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: closes by a key wherever the focus is in it
    <div
      className="menu"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        type="button"
        ref={opener}
        className={className}
        aria-label={label}
        title={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && <div className={form ? 'items form' : 'items'}>{children(close)}</div>}
    </div>
  );
}
