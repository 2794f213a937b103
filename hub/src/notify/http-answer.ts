import { oneLine, shortened } from './plain-text.ts';
import type { Answer } from './safe-fetch.ts';
import { SendError } from './send-error.ts';

/**
 * Throws unless an answer says that the message was taken (2xx).
 *
 * @param permanent which statuses say that this message will never be taken
 */
export function assertAccepted({ status, body }: Answer, receiver: string, permanent: readonly number[]): void {
  if (status >= 200 && status < 300) return;
  const said = oneLine(body) === '' ? '' : `: ${shortened(oneLine(body), 200)}`;
  const redirected =
    status >= 300 && status < 400 ? ' (redirects are not followed: enter the address it leads to)' : '';
  throw new SendError(`${receiver} answered ${status}${redirected}${said}`, {
    permanent: permanent.includes(status),
    // What stands in front of the receiver may have lost nothing but its answer.
    mayHaveArrived: status >= 500,
  });
}
