import { useTranslation } from 'react-i18next';
import { type Asking, addressOf } from '../api/http.ts';
import { apiCall } from '../components/api-call.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { savePicture } from './picture.ts';

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
  isNamed = false,
}: {
  path: string;
  query: Asking['query'];
  /** Of the picture's file, without its ending. */
  name: string;
  files: boolean;
  picture?: () => SVGSVGElement | null;
  /** Whether its button says what it is in words. */
  isNamed?: boolean;
}) {
  const { t, i18n } = useTranslation();
  const language = i18n.resolvedLanguage === 'fr' ? 'fr' : 'en';
  const file = (format: 'csv' | 'xlsx'): string => addressOf(path, { ...query, format, locale: language });
  return (
    <Menu
      {...(isNamed ? {} : { className: 'btn icon ghost', label: t('charts.export') })}
      button={
        <>
          <Icon name="export" />
          {isNamed && t('charts.export')}
        </>
      }
    >
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
          <CopyButton className="item" label={t('charts.copyLink')} text={location.href} />
          <CopyButton className="item" label={t('charts.copyCall')} text={apiCall(path, query)} />
        </>
      )}
    </Menu>
  );
}
