import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from '../format.ts';
import { Icon } from './icon.tsx';

/** Which of `count` rows stand on the page that is open, and what the pager needs. */
export function usePages(count: number, rows: number) {
  const [wanted, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(count / rows));
  const page = Math.min(wanted, pages - 1);
  return { from: page * rows, to: (page + 1) * rows, pager: { page, pages, onPage: setPage } };
}

/** Turns the pages of a table. */
export function Pager({
  page,
  pages,
  before,
  after,
  onPage,
}: {
  /** Counted from 0. */
  page: number;
  pages: number;
  /** What is on the pages before and after, read out. */
  before: string;
  after: string;
  onPage: (page: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <nav className="row" aria-label={t('charts.pages')}>
      <button type="button" className="btn sm icon" disabled={page === 0} onClick={() => onPage(page - 1)}>
        <Icon name="left" />
        <span className="sr">{before}</span>
      </button>
      <span className="t2">{t('charts.page', { page: number(page + 1), pages: number(pages) })}</span>
      <button type="button" className="btn sm icon" disabled={page === pages - 1} onClick={() => onPage(page + 1)}>
        <Icon name="right" />
        <span className="sr">{after}</span>
      </button>
    </nav>
  );
}
