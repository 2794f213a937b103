import { createHash } from 'node:crypto';

/**
 * The id of the row that carries a message to one recipient: the message's own where there is no recipient to tell
 * apart, else one that follows from both, so that each recipient's mails refer to the mail that began the thread there.
 */
export function deliveryIdOf(messageId: string, recipient: string): string {
  if (recipient === '') return messageId;
  const hash = createHash('sha256').update(`${messageId} ${recipient}`).digest('hex');
  // Version 8: an id of one's own making (RFC 9562).
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
