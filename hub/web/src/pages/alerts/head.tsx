import { useTranslation } from 'react-i18next';
import { exportAddress, type InboxFilter } from '../../api/inbox.ts';
import { Icon } from '../../components/icon.tsx';
import { useNow } from '../../components/use-now.ts';
import { clock, moment } from '../../format.ts';
import { SoundButton } from './sound-button.tsx';
import type { Counts } from './views.ts';

/** What is still to be done, in one sentence; and the list as a file. */
export function Head({
  counts,
  filter,
  quality,
}: {
  counts: Counts;
  filter: InboxFilter;
  /** Null: not for who looks. */
  quality: { readonly isOpen: boolean; readonly onToggle: () => void } | null;
}) {
  const { t } = useTranslation();
  const now = useNow();
  const { critical, open } = counts;
  return (
    <div className="head">
      <div className="grow">
        <h1>{critical === undefined ? t('alerts.title') : sentence(critical)}</h1>
        <p className="sub">
          <span>{moment(now, { weekday: 'short', day: 'numeric', month: 'short' })}</span>
          <span>{clock(now)}</span>
          <span>{clock(now, 'UTC')} UTC</span>
          {open !== undefined && <span>{t('alerts.openCount', { count: open })}</span>}
        </p>
      </div>
      <div className="row wrap">
        {quality !== null && (
          <button type="button" className="btn" aria-expanded={quality.isOpen} onClick={quality.onToggle}>
            <Icon name="report" />
            {t('quality.button')}
          </button>
        )}
        <SoundButton />
        <Export filter={filter} />
      </div>
    </div>
  );

  function sentence(count: number): string {
    return count === 0 ? t('alerts.allTaken') : t('alerts.untaken', { count });
  }
}

function Export({ filter }: { filter: InboxFilter }) {
  const { t, i18n } = useTranslation();
  const locale = i18n.resolvedLanguage ?? 'en';
  return (
    <details
      className="export-menu"
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) currentTarget.open = false;
      }}
    >
      <summary className="btn">
        <Icon name="export" />
        {t('common.export')}
      </summary>
      <div className="export-list">
        {(['csv', 'xlsx'] as const).map((format) => (
          <a
            key={format}
            href={exportAddress(filter, format, locale)}
            // The times of "the last 24 h" are those of the click.
            onClick={({ currentTarget }) => {
              currentTarget.href = exportAddress(filter, format, locale);
            }}
            download
          >
            {t(`alerts.as.${format}`)}
          </a>
        ))}
      </div>
    </details>
  );
}
