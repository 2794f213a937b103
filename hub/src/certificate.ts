import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A certificate (with the chain below it) and its private key, both in PEM. The key is a secret. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What is wrong with a certificate and a key, one sentence each; none when TLS can be served with them. */
export function certificateFaults({ cert, key }: Certificate): string[] {
  const certificate = attempt(() => new X509Certificate(cert));
  const privateKey = attempt(() => createPrivateKey(key));
  const faults: string[] = [];
  if (certificate === null)
    faults.push(
      'HEARST_TLS_CERT_FILE holds no certificate in PEM (-----BEGIN CERTIFICATE-----). Name the file with the server certificate and the chain below it.',
    );
  if (privateKey === null)
    faults.push(
      'HEARST_TLS_KEY_FILE holds no private key in PEM without a passphrase (-----BEGIN PRIVATE KEY-----). Name the key that the certificate was made with.',
    );
  if (certificate !== null && privateKey !== null && !certificate.checkPrivateKey(privateKey))
    faults.push(
      'The key in HEARST_TLS_KEY_FILE does not belong to the certificate in HEARST_TLS_CERT_FILE. Name the pair that was made together; the server certificate comes first in its file.',
    );
  return faults;
}

/** Whether a text holds at least one certificate in PEM that can be read. */
export function holdsCertificate(pem: string): boolean {
  return attempt(() => new X509Certificate(pem)) !== null;
}

function attempt<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
