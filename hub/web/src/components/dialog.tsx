import { useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';

/** A form in front of the page, open as long as it stands there. The focus goes back to where it was. */
export function Dialog({
  title,
  submit,
  isBusy = false,
  isWide = false,
  isGrave = false,
  canSubmit = true,
  beside,
  hasCancel = true,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** What the button says that does it. */
  submit: string;
  isBusy?: boolean;
  isWide?: boolean;
  /** Whether it takes something away. */
  isGrave?: boolean;
  canSubmit?: boolean;
  /** What else may be done, beside the buttons. */
  beside?: React.ReactNode;
  /** False where there is nothing to be taken back: the button closes it. */
  hasCancel?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  // One dialog may open another, and a form must not stand within a form.
  return createPortal(
    <dialog
      ref={dialog}
      className={isWide ? 'form wide' : 'form'}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          onSubmit();
        }}
      >
        <h2>{title}</h2>
        {children}
        <div className="row wrap">
          <button type="submit" className={isGrave ? 'btn danger' : 'btn primary'} disabled={isBusy || !canSubmit}>
            {submit}
          </button>
          {hasCancel && (
            <button type="button" className="btn ghost" onClick={onClose}>
              {t('common.cancel')}
            </button>
          )}
          {beside}
        </div>
      </form>
    </dialog>,
    document.body,
  );
}
