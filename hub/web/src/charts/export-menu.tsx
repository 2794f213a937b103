import { useTranslation } from 'react-i18next';
import { type Asking, addressOf } from '../api/http.ts';
import { apiCall } from '../components/api-call.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { savePicture } from './picture.ts';

/** A question to the API whose answer may be taken along. */
export interface Source {
  /** What it is of, where there are several. */
  readonly label: string;
  readonly path: string;
  readonly query: Asking['query'];
}

interface MenuProps {
  /** Of the picture's file, without its ending. */
  readonly name: string;
  /** Whether the reader may take files; the API refuses viewers. */
  readonly files: boolean;
  readonly picture?: (() => SVGSVGElement | null) | undefined;
  /** Whether its button says what it is in words. */
  readonly isNamed?: boolean;
}

/** What may be taken along: the figures as the API writes them, a picture, a link to the page, the question to the API. */
export function ExportMenu({ path, query, ...rest }: MenuProps & Omit<Source, 'label'>) {
  return <ExportMenuOf sources={[{ label: '', path, query }]} {...rest} />;
}

/** The same where a chart is drawn from several answers: a file each. */
export function ExportMenuOf({
  sources,
  name,
  files,
  picture,
  isNamed = false,
}: MenuProps & { sources: readonly Source[] }) {
  const { t, i18n } = useTranslation();
  const locale = i18n.resolvedLanguage === 'fr' ? 'fr' : 'en';
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
          {files &&
            sources.flatMap(({ label, path, query }) =>
              (['csv', 'xlsx'] as const).map((format) => (
                <a
                  key={`${path} ${format}`}
                  className="item"
                  href={addressOf(path, { ...query, format, locale })}
                  download
                  onClick={close}
                >
                  {t(`charts.${format}`)}
                  {label !== '' && <span className="t2">{label}</span>}
                </a>
              )),
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
          <CopyButton
            className="item"
            label={t('charts.copyCall')}
            text={sources.map(({ path, query }) => apiCall(path, query)).join('\n')}
          />
        </>
      )}
    </Menu>
  );
}
