import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const COPIED_MS = 1_500;

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label, className = 'btn sm' }: { text: string; label: string; className?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={className}
      onClick={({ currentTarget }) => void copy(text, currentTarget).then(() => setCopied(true))}
    >
      {label}
      <span className="t2" role="status">
        {copied && t('common.copied')}
      </span>
    </button>
  );
}

/** A page that did not come by https has no clipboard; there the browser copies what is selected, as it always did. */
async function copy(text: string, button: HTMLElement): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.className = 'sr';
  field.value = text;
  // Beside the button: outside of an open dialog nothing can be selected.
  button.after(field);
  field.select();
  document.execCommand('copy');
  field.remove();
  button.focus();
}
