import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Asking, addressOf } from '../api/http.ts';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { savePicture } from './picture.ts';

const COPIED_MS = 1_500;

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
}

/** What may be taken along: the figures as the API writes them, a picture, a link to the page, the question to the API. */
export function ExportMenu({ path, query, ...rest }: MenuProps & Omit<Source, 'label'>) {
  return <ExportMenuOf sources={[{ label: '', path, query }]} {...rest} />;
}

/** The same where a chart is drawn from several answers: a file each. */
export function ExportMenuOf({ sources, name, files, picture }: MenuProps & { sources: readonly Source[] }) {
  const { t, i18n } = useTranslation();
  const locale = i18n.resolvedLanguage === 'fr' ? 'fr' : 'en';
  const calls = sources.map(
    ({ path, query }) =>
      `curl -H 'Authorization: Bearer '"$HEARST_API_KEY" '${location.origin}${addressOf(path, query)}'`,
  );
  return (
    <Menu className="btn icon ghost" label={t('charts.export')} button={<Icon name="export" />}>
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
          <CopyItem label={t('charts.copyLink')} text={location.href} />
          <CopyItem label={t('charts.copyCall')} text={calls.join('\n')} />
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
