import { MALFORMATIONS, type Malformation } from './faults.ts';
import { hash, unit } from './random.ts';

/** Every way but the endless one, which only a test that means it should ask for. */
const RANDOM = MALFORMATIONS.filter((kind) => kind !== 'huge');

/**
 * A good reply (its text, without the NUL at its end) made into the bytes that a badly behaved device would send.
 * The same seed gives the same damage.
 */
export function malform(asked: Malformation | 'random', reply: string, seed: number): Buffer {
  const kind = asked === 'random' ? (RANDOM[hash(seed, 1) % RANDOM.length] as Malformation) : asked;
  return Buffer.from(DAMAGE[kind](reply, seed), 'latin1');
}

const NUL = '\0';

const DAMAGE: Record<Malformation, (reply: string, seed: number) => string> = {
  // Antminer S9, L3+, Z11: objects of a list stand side by side.
  'missing-comma': (reply) => reply.replaceAll('},{', '}{') + NUL,
  // The cgminer family just after start.
  'bare-nan': (reply) => reply.replace(/("(?:rate_5s|GHS 5s)":)[^,]+/, '$1nan').replace(/("jt":)[^,]+/, '$1-nan') + NUL,
  'text-nan': (reply) => reply.replace(/("(?:rate_5s|GHS 5s)":)[^,]+/, '$1"inf"') + NUL,
  // An error, a NUL, and the same once more with the end of a reply behind it.
  twice: () => {
    const error = '{"STATUS":[{"STATUS":"E","When":1795407850,"Code":23,"Msg":"Invalid JSON"}],"id":1}';
    return `${error}${NUL}${error},"id":1}${NUL}`;
  },
  'duplicate-keys': (reply) => reply.replace(/"(elapsed|Elapsed)":/, '"$1":0,"$1":') + NUL,
  truncated: (reply, seed) => reply.slice(0, 1 + Math.floor(unit(seed, 2) * (reply.length - 2))),
  'stray-commas': (reply) => reply.replace(/"(STATS|SUMMARY|POOLS)":\[\{/, '"$1":[,{').replace('}]', ',}]') + NUL,
  'line-feeds': (reply) => reply.replaceAll('":"', '":\n"').replace(/("[Tt]ype":\n?"Antminer S21) XP/, '$1\\nXP') + NUL,
  'connect-failed': () => 'Socket connect failed: Connection refused\n',
  // Well formed, and not to be believed: a sensor below freezing, a rate below 0, a clock at its beginning.
  nonsense: (reply) =>
    reply
      .replace(/"(when|When)":\d+/, '"$1":168')
      .replace(/("rate_5s"|"GHS 5s"):[^,]+/, '$1:-1.0')
      .replace(/("temp_pic":\[)\d+/g, '$1-83') + NUL,
  'no-nul': (reply) => reply,
  'many-nuls': (reply) => reply + NUL.repeat(5),
  empty: () => '',
  noise: (_, seed) => {
    const length = 1 + (hash(seed, 3) % 4096);
    return Array.from({ length }, (__, i) => String.fromCharCode(hash(seed, 4, i) & 255)).join('');
  },
  // More than any device sends: never-ending white space inside a reply.
  huge: (reply) => `{${' '.repeat(1_000_000)}${reply.slice(1)}${NUL}`,
};
