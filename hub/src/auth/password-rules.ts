import { type Bilingual, say } from '../http/language/bilingual.ts';

/** What a new password must not be. Any characters may be in it; nothing has to be. */
export interface PasswordFault {
  readonly code: 'too_short' | 'too_long' | 'personal' | 'common' | 'unchanged';
  readonly message: Bilingual;
}

/** In code points: an emoji is one. */
const LENGTH = { least: 12, most: 200 } as const;
/** Fewer different characters than this is a pattern, not a password. */
const LEAST_VARIETY = 4;

/** Of the commonest passwords those long enough to pass otherwise, in small letters. */
const COMMON = new Set([
  '012345678910',
  '0123456789012',
  '098765432100',
  '111222333444',
  '112233445566',
  '123123123123',
  '1234567890-=',
  '123456789012',
  '1234567890123',
  '123456789abc',
  '12345678910',
  '123456789101',
  '1234567891011',
  '123456abcdef',
  '123qweasdzxc',
  '1q2w3e4r5t6y',
  '1q2w3e4r5t6y7u',
  '1qaz2wsx3edc',
  '1qaz2wsx3edc4rfv',
  '987654321012',
  'abc123456789',
  'abcd12345678',
  'abcdef123456',
  'abcdefghijkl',
  'abcdefghijklm',
  'admin1234567',
  'admin12345678',
  'admin123456789',
  'administrator',
  'administrateur',
  'adminadminadmin',
  'asdfghjkl123',
  'azertyuiop12',
  'azertyuiop123',
  'azertyuiopqsdf',
  'bitcoin12345',
  'bitcoinbitcoin',
  'changemenow1',
  'changeme1234',
  'changeme12345',
  'correcthorsebatterystaple',
  'doudoudoudou',
  'hearstcontrol',
  'hearstcontrol1',
  'hearsthearst',
  'hearstmining',
  'iloveyou1234',
  'iloveyou12345',
  'jetaimejetaime',
  'letmein12345',
  'letmein123456',
  'loulouloulou',
  'motdepasse12',
  'motdepasse123',
  'motdepasse1234',
  'p@ssw0rd1234',
  'p@ssword1234',
  'passw0rd1234',
  'password1234',
  'password12345',
  'password123456',
  'password1234567',
  'password12345678',
  'password123456789',
  'passwordpassword',
  'q1w2e3r4t5y6',
  'qazwsxedcrfv',
  'qwerty123456',
  'qwerty1234567',
  'qwerty123456789',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwertyuiopasdf',
  'qwertyuiopasdfghjkl',
  'soleilsoleil',
  'trustno1trustno1',
  'welcome12345',
  'welcome123456',
  'zaq12wsxcde3',
  'zxcvbnm12345',
]);

/**
 * The first reason why `password` is none for the person of this e-mail and name; null when it is fine.
 *
 * @param current the password it takes the place of, where there is one
 */
export function passwordFault(
  password: string,
  person: { readonly email: string; readonly name: string; readonly current?: string },
): PasswordFault | null {
  const length = [...password].length;
  if (length < LENGTH.least)
    return {
      code: 'too_short',
      message: say(
        `A password has at least ${LENGTH.least} characters; three or four words do well.`,
        `Un mot de passe a au moins ${LENGTH.least} caractères ; trois ou quatre mots conviennent bien.`,
      ),
    };
  if (length > LENGTH.most)
    return {
      code: 'too_long',
      message: say(
        `A password has at most ${LENGTH.most} characters.`,
        `Un mot de passe a au plus ${LENGTH.most} caractères.`,
      ),
    };
  if (password === person.current)
    return {
      code: 'unchanged',
      message: say('Choose another password than the one you have.', "Choisissez un autre mot de passe que l'actuel."),
    };
  if (isPersonal(password, person))
    return {
      code: 'personal',
      message: say(
        'A password must not be your e-mail address or your name.',
        'Un mot de passe ne doit pas être votre adresse e-mail ni votre nom.',
      ),
    };
  if (COMMON.has(password.toLowerCase()) || new Set(password).size < LEAST_VARIETY)
    return {
      code: 'common',
      message: say(
        'This is one of the first passwords that anybody would try. Choose another.',
        "C'est l'un des premiers mots de passe que l'on essaierait. Choisissez-en un autre.",
      ),
    };
  return null;
}

function isPersonal(password: string, { email, name }: { email: string; name: string }): boolean {
  const bare = (text: string) => text.normalize('NFC').toLowerCase().replaceAll(/\s/g, '');
  const own = [email, email.split('@')[0] ?? '', name].map(bare);
  return own.some((text) => text !== '' && text === bare(password));
}
