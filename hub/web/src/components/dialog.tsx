import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/** A form in front of the page, open as long as it stands there. The focus goes back to where it was. */
export function Dialog({
  title,
  submit,
  isBusy = false,
  hasCancel = true,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** What the button says that does it. */
  submit: string;
  isBusy?: boolean;
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
  return (
    <dialog
      ref={dialog}
      className="form"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <h2>{title}</h2>
        {children}
        <div className="row">
          <button type="submit" className="btn primary" disabled={isBusy}>
            {submit}
          </button>
          {hasCancel && (
            <button type="button" className="btn ghost" onClick={onClose}>
              {t('common.cancel')}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}
