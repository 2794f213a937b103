import { isIPv6 } from 'node:net';

const PEM = /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g;
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi;
const LABELLED =
  /("?\b[\w-]*(?:password|passwd|secret|token|api_?key|hmac_?key|authorization|cookie)"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|(?:Bearer |Basic )?[^\s,;}]+)/gi;
const KEY = /\bh(?:ck|et)_[A-Za-z0-9_-]{8,}/g;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Nothing that people write is this long without a break. */
const LONG = /[A-Za-z0-9+/_=-]{32,}/g;
const EMAIL = /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
const IPV6 = /(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi;
const REMOVED = '***';

/**
 * Takes out of text what must not leave the machine. Secrets go; addresses and people become names that are the same
 * throughout one bundle (`ip-1`, `person-2`), so that what belongs together is still seen to.
 */
export class Redactor {
  readonly #known: readonly string[];
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @param secrets values that are known to be secret, wherever they stand */
  constructor(secrets: readonly (string | null)[]) {
    const known = secrets.flatMap((secret) =>
      secret === null || secret.length < 6 ? [] : [secret, encodeURIComponent(secret)],
    );
    this.#known = [...new Set(known)].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let out = text;
    for (const secret of this.#known) out = out.replaceAll(secret, REMOVED);
    return out
      .replace(PEM, `[${REMOVED} PEM]`)
      .replace(IN_ADDRESS, `$1${REMOVED}@`)
      .replace(
        LABELLED,
        (_, label: string, value: string) => `${label}${value.startsWith('"') ? `"${REMOVED}"` : REMOVED}`,
      )
      .replace(KEY, REMOVED)
      .replace(LONG, (word) => (isPlain(word) ? word : REMOVED))
      .replace(EMAIL, (address) => this.#named('person', address.toLowerCase()))
      .replace(IPV4, (address) => (/^(?:127\.|0\.0\.0\.0$)/.test(address) ? address : this.#named('ip', address)))
      .replace(IPV6, (address) =>
        isIPv6(address) && address !== '::1' && address !== '::' ? this.#named('ip', address) : address,
      );
  }

  #named(kind: string, what: string): string {
    const known = this.#names.get(what);
    if (known !== undefined) return known;
    const n = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, n);
    this.#names.set(what, `${kind}-${n}`);
    return `${kind}-${n}`;
  }
}

/** Identities are no secrets; nor are paths and names, which are small words joined together, or have no digit. */
function isPlain(word: string): boolean {
  if (UUID.test(word) || !/\d/.test(word)) return true;
  return /^\/?[a-z0-9]+(?:[-_/=+][a-z0-9]*)+$/.test(word) && word.split(/[-_/=+]/).every((part) => part.length < 20);
}
