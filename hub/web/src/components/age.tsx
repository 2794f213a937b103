import { duration } from '../format.ts';
import { useNow } from './use-now.ts';

/** How long ago something was, kept up to date. */
export function Age({ since }: { since: string }) {
  return <time dateTime={since}>{duration((useNow() - Date.parse(since)) / 1000)}</time>;
}
