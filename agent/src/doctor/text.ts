/** Words for people, in the two languages of the sites. */
export interface Text {
  readonly en: string;
  readonly fr: string;
}

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

export const text = (en: string, fr: string): Text => ({ en, fr });

/** What is the same in both languages: names, addresses, what another program said. */
export const verbatim = (words: string): Text => ({ en: words, fr: words });

/** `12 s`, `4 min`, `3 h 20 min`, `6 d 4 h`. */
export function span(seconds: number): Text {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return verbatim(`${s} s`);
  if (s < 3600) return verbatim(`${Math.floor(s / 60)} min`);
  if (s < 86_400) return verbatim(`${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`);
  const [days, hours] = [Math.floor(s / 86_400), Math.floor((s % 86_400) / 3600)];
  return text(`${days} d ${hours} h`, `${days} j ${hours} h`);
}

/** `2.4 GB`, decimal, as disks are sold. */
export function size(bytes: number): Text {
  const steps = [
    [1e12, 'TB', 'To'],
    [1e9, 'GB', 'Go'],
    [1e6, 'MB', 'Mo'],
    [1e3, 'kB', 'ko'],
  ] as const;
  const step = steps.find(([unit]) => bytes >= unit);
  if (!step) return text(`${Math.round(bytes)} B`, `${Math.round(bytes)} o`);
  const [unit, en, fr] = step;
  const number = (bytes / unit).toFixed(bytes / unit < 10 ? 1 : 0);
  return text(`${number} ${en}`, `${number.replace('.', ',')} ${fr}`);
}

/** `17 864`. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
