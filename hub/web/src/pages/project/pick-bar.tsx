import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { comparedItems, MOST_PICKED } from './picked.ts';

/** What is chosen for comparison, and the way to it. */
export function PickBar({
  projectId,
  picked,
  onClear,
}: {
  projectId: string;
  picked: readonly string[];
  onClear: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="chosen-bar" role="toolbar" aria-label={t('compare.title')}>
      <span role="status">
        <b>{t('compare.selected', { count: picked.length })}</b>{' '}
        <span className="t2 small">
          {picked.length === 0 ? t('compare.selectHint') : picked.length === MOST_PICKED ? t('compare.most') : ''}
        </span>
      </span>
      <Link
        className="btn primary"
        to="/compare"
        search={{ items: comparedItems(projectId, picked) }}
        aria-keyshortcuts="c"
      >
        {t('compare.open')}
      </Link>
      <button type="button" className="btn ghost" onClick={onClear}>
        {t(picked.length === 0 ? 'common.cancel' : 'compare.clear')}
      </button>
    </div>
  );
}
