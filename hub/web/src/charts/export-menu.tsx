import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Asking, addressOf } from '../api/http.ts';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { savePicture } from './picture.ts';

const COPIED_MS = 1_500;

/**
 * What may be taken along: the figures as the API writes them, a picture, a link to the page, the question to the API.
 *
 * @param files whether the reader may take files; the API refuses viewers
 */
export function ExportMenu({
  path,
  query,
  name,
  files,
  picture,
}: {
  path: string;
  query: Asking['query'];
  /** Of the picture's file, without its ending. */
  name: string;
  files: boolean;
  picture?: () => SVGSVGElement | null;
}) {
  const { t, i18n } = useTranslation();
  const language = i18n.resolvedLanguage === 'fr' ? 'fr' : 'en';
  const file = (format: 'csv' | 'xlsx'): string => addressOf(path, { ...query, format, locale: language });
  const call = `curl -H 'Authorization: Bearer '"$HEARST_API_KEY" '${location.origin}${addressOf(path, query)}'`;
  return (
    <Menu className="btn icon ghost" label={t('charts.export')} button={<Icon name="export" />}>
      {(close) => (
        <>
          {files && (
            <>
              <a className="item" href={file('csv')} download onClick={close}>
                {t('charts.csv')}
              </a>
              <a className="item" href={file('xlsx')} download onClick={close}>
                {t('charts.xlsx')}
              </a>
            </>
          )}
          {picture !== undefined && (
            <button
              type="button"
              className="item"
              onClick={() => {
                const svg = picture();
                if (svg !== null) void savePicture(svg, `${name}.png`);
                close();
              }}
            >
              {t('charts.png')}
            </button>
          )}
          <CopyItem label={t('charts.copyLink')} text={location.href} />
          <CopyItem label={t('charts.copyCall')} text={call} />
        </>
      )}
    </Menu>
  );
}

function CopyItem({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="item"
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setCopied(true);
        setTimeout(() => setCopied(false), COPIED_MS);
      }}
    >
      {label}
      {copied && (
        <span className="t2" role="status">
          {t('common.copied')}
        </span>
      )}
    </button>
  );
}
