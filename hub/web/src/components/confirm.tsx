import { Dialog } from './dialog.tsx';
import { Failure } from './panel.tsx';

/** Asks once more before something is taken away; says what will be. */
export function Confirm({
  title,
  submit,
  isBusy,
  error,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  submit: string;
  isBusy: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
  children: React.ReactNode;
}) {
  return (
    <Dialog title={title} submit={submit} isGrave isBusy={isBusy} onSubmit={onConfirm} onClose={onClose}>
      <div className="t2">{children}</div>
      {error !== null && <Failure error={error} />}
    </Dialog>
  );
}
