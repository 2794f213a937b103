import { useTranslation } from 'react-i18next';
import { Toast } from './toast.tsx';

/** What was said to be done, and how it is undone. */
export interface Said {
  readonly text: string;
  readonly undo?: (() => void) | undefined;
}

/** Says what was done; for 8 s, or as long as somebody is at it, that can be undone. */
export function UndoToast({ said, onClose }: { said: Said | null; onClose: () => void }) {
  const { t } = useTranslation();
  const undo = said?.undo;
  return (
    <Toast text={said?.text ?? null} onClose={onClose}>
      {undo !== undefined && (
        <button
          type="button"
          className="btn sm"
          aria-keyshortcuts="u"
          onClick={() => {
            onClose();
            undo();
          }}
        >
          {t('common.undo')}
        </button>
      )}
    </Toast>
  );
}
