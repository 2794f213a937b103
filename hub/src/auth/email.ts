/**
 * E-mail addresses as people sign in with them: in small letters, anything@anything without spaces, quotes, commas and
 * control characters. Whether mail arrives there is for the mail to show; `admin@localhost` is one.
 */
export const EMAIL = /^[^\p{C}\s'"\\,@]+@[^\p{C}\s'"\\,@]+$/u;

/** The longest address that mail can have. */
export const EMAIL_LENGTH = 254;

/** The address as it is stored and compared. */
export function normalEmail(text: string): string {
  return text.trim().toLowerCase();
}
