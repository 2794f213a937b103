/** What is wrong with a TLS connection, for the technician: what was found, and what to do about it. */
export interface TlsTrouble {
  readonly what: string;
  readonly next: string;
}

const UNTRUSTED = {
  what: 'its certificate comes from an authority that this agent does not believe',
  next:
    'If the hub has an authority of its own, name its certificate: hub.ca in the site file, or hearst-agent enrol --ca ' +
    'FILE. If not, somebody stands between this site and the hub: nothing was sent to them',
};
const BROKEN = {
  what: 'it does not speak TLS',
  next: 'Check the address and the port; this agent never falls back to plain text',
};

/** By Node's code (the names of OpenSSL's X509_V_ERR_... and Node's own). */
const TROUBLES: Readonly<Record<string, TlsTrouble>> = {
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_HAS_EXPIRED: {
    what: 'its certificate has expired',
    next: "Renew it at the hub; if it has not expired, set this machine's clock (timedatectl)",
  },
  CERT_NOT_YET_VALID: {
    what: 'its certificate is not valid yet',
    next: "Set this machine's clock (timedatectl); if that is right, correct the certificate at the hub",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: 'its certificate is for another name',
    next: 'Use the name that stands in the certificate, or make one for this name',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: BROKEN,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: BROKEN,
};

/** Null for an error that TLS has no part in. */
export function tlsTrouble(error: unknown): TlsTrouble | null {
  const { code, message } = error as { code?: unknown; message?: string };
  const known = typeof code === 'string' ? TROUBLES[code] : undefined;
  if (known !== undefined) return known;
  return code === 'EPROTO' && /wrong version number/i.test(message ?? '') ? BROKEN : null;
}
