import { X509Certificate } from 'node:crypto';
import { judged } from '../judged.ts';
import type { Source } from '../source.ts';
import { COMPANY, subjectOf } from '../subject.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * For how many days the certificate is good that the hub serves https with.
 *
 * @param certificate in PEM, as it was read at the start; null: the hub serves none, and there is nothing to judge
 */
export function certificateSource(certificate: string | null): Source {
  const goodUntil = certificate === null ? null : new X509Certificate(certificate).validToDate;
  return {
    name: 'certificate',
    of: 'company',
    everyS: 3600,
    async judge(_client, _projectId, rules, now) {
      if (goodUntil === null) return [];
      const hub_certificate_expiring = (+goodUntil - +now) / DAY_MS;
      return judged([{ target: subjectOf(COMPANY), readings: { hub_certificate_expiring } }], rules, now);
    },
  };
}
