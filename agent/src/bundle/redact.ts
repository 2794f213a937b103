import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';

export interface RedactorOptions {
  /** Texts that must appear nowhere: tokens, passwords, keys. Short ones are left out, they would match anything. */
  secrets: readonly string[];
  /** Names of this machine and the hub, replaced like addresses. */
  names: readonly string[];
  /** What pseudonyms are made with: the same key gives the same ones in every bundle of a site. */
  key: string;
  /** Leave addresses as they are. */
  plain: boolean;
}

const SHORTEST_SECRET = 6;
const REMOVED = '[removed]';

/** Keys whose value is a secret, in YAML, JSON and `NAME=value`; quotes around either. */
const SECRET_KEYS =
  /(["']?[\w.-]*(?:secret|token|password|passwd|passphrase|hmac_key|api_?key|private_?key|credential|authorization|community)["']?\s*[:=]\s*)(?:Bearer\s+)?("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}\]]+)/gi;
const URL_USER = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g;
const KEY_BLOCK = /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g;
const OWN_KEYS = /\bhc[a-z]_[\w-]{8,}/g;

const IPV4 = /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g;
/** What may be one; `isIPv6` decides, so that times and ratios stay. */
const IPV6 = /(?<![\w:])[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]*(?![\w:])/gi;
const MAC = /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi;
const MAIL = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g;

/**
 * Takes out of a text what must not leave the site. Secrets are removed: the known ones wherever they stand, and
 * whatever stands where secrets stand. Addresses and names become pseudonyms, the same one each time, so that what
 * belongs together still does.
 */
export class Redactor {
  readonly #options: RedactorOptions;
  readonly #secrets: readonly string[];
  #removed = 0;

  constructor(options: RedactorOptions) {
    this.#options = options;
    this.#secrets = options.secrets
      .filter(({ length }) => length >= SHORTEST_SECRET)
      .toSorted((a, b) => b.length - a.length);
  }

  /** How many secrets were taken out so far. */
  get removed(): number {
    return this.#removed;
  }

  text(text: string): string {
    return this.#options.plain ? this.#withoutSecrets(text) : this.#withPseudonyms(this.#withoutSecrets(text));
  }

  #withoutSecrets(text: string): string {
    const gone = (): string => {
      this.#removed++;
      return REMOVED;
    };
    let out = text;
    for (const secret of this.#secrets) out = out.replaceAll(secret, gone);
    return out
      .replace(KEY_BLOCK, gone)
      .replace(URL_USER, (_, scheme: string) => `${scheme}${gone()}@`)
      .replace(SECRET_KEYS, (_, key: string, value: string) => {
        if (/^["']?(\[removed\]|null|true|false)/.test(value)) return key + value;
        const quote = /^["']/.exec(value)?.[0] ?? '';
        return `${key}${quote}${gone()}${quote}`;
      })
      .replace(BEARER, gone)
      .replace(OWN_KEYS, gone);
  }

  #withPseudonyms(text: string): string {
    let out = text;
    for (const name of this.#options.names.toSorted((a, b) => b.length - a.length))
      if (name.length > 2) out = out.replaceAll(name, this.#alias('host', name));
    return out
      .replace(MAIL, (mail) => this.#alias('mail', mail))
      .replace(MAC, (mac) => this.#alias('mac', mac.toUpperCase()))
      .replace(IPV4, (address) => (/^(127\.|0\.0\.0\.0$)/.test(address) ? address : this.#alias('ip', address)))
      .replace(IPV6, (address) =>
        isIPv6(address) && address !== '::1' && address !== '::' ? this.#alias('ip6', address.toLowerCase()) : address,
      );
  }

  #alias(kind: string, value: string): string {
    return `${kind}-${createHmac('sha256', this.#options.key).update(`${kind} ${value}`).digest('hex').slice(0, 8)}`;
  }
}
