import { didYouMean, METRICS, metricNames } from '@hearst/protocol';
import type { z } from 'zod';
import { formatPath, type Path, YamlSource } from '../../config/yaml-source.ts';
import { DefaultsEntry, HeadEntry, RegisterEntry } from './profile-schema.ts';
import { NOT_AVAILABLE, type Profile, type Register, type RegisterType, WORDS } from './register.ts';
import { unitFactor, unitsFor } from './unit-factors.ts';

/** One thing wrong in a profile. */
export interface ProfileFault {
  file: string;
  /** 1-based. */
  line: number;
  /** As people read it: `registers[3].type`; empty for the whole file. */
  path: string;
  /** What is wrong and what is expected, with the near miss where there is one. */
  message: string;
}

/** `file:line: path: message`. */
export function faultText({ file, line, path, message }: ProfileFault): string {
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** What a file holds: a profile that can be believed, or every fault in it and the id it tried to have. */
export type ProfileFile = { profile: Profile } | { id: string | null; faults: ProfileFault[] };

/** Reads one profile. All faults are found in one go. */
export function parseProfile(file: string, text: string): ProfileFile {
  const draft = new Draft(file, text);
  const profile = draft.build();
  return profile && draft.faults.length === 0 ? { profile } : { id: draft.id, faults: draft.faults };
}

/** A profile under examination: gathers faults instead of stopping at the first. */
class Draft {
  readonly faults: ProfileFault[] = [];
  id: string | null = null;
  readonly #file: string;
  readonly #source: YamlSource;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#source = new YamlSource(text);
  }

  build(): Profile | null {
    for (const { place, what } of this.#source.faults()) {
      this.faults.push({ file: this.#file, line: place?.line ?? 1, path: '', message: what });
    }
    if (this.faults.length > 0) return null;
    const value = this.#source.value() as { id?: unknown; defaults?: unknown; registers?: unknown } | null;
    this.id = typeof value?.id === 'string' ? value.id : null;
    const head = this.#check(HeadEntry, value, []);
    const defaults = this.#check(DefaultsEntry, value?.defaults ?? {}, ['defaults']);
    const entries = Array.isArray(value?.registers) ? value.registers : [];
    const checked = entries.map((entry, i) => this.#check(RegisterEntry, entry, ['registers', i]));
    if (!defaults) return null;
    const registers = checked.flatMap((entry, i) => {
      const register = entry && this.#resolve(entry, defaults, head, ['registers', i]);
      return register ? [{ register, path: ['registers', i] }] : [];
    });
    this.#compare(registers, head);
    if (!head) return null;
    return {
      id: head.id,
      make: head.make,
      model: head.model,
      of: head.of,
      provisional: head.provisional,
      source: head.source,
      note: head.note ?? null,
      maxRegisters: head.max_registers,
      maxGap: head.max_gap,
      holes: head.holes,
      registers: registers.map(({ register }) => register),
      file: this.#file,
    };
  }

  /** Fills in what an entry leaves out, and checks what its parts mean together. */
  #resolve(entry: RegisterEntry, defaults: DefaultsEntry, head: HeadEntry | undefined, path: Path): Register | null {
    const before = this.faults.length;
    const type = entry.type ?? defaults.type;
    if (!type) this.#fault(path, 'type is missing, here and in defaults');
    const address = this.#address(entry, defaults, type ? WORDS[type] : 1, path);
    if (type && (type === 'bit') !== (entry.bit !== undefined)) {
      this.#fault(path, type === 'bit' ? 'type bit needs bit: 0 to 15' : `bit is for type bit, this is ${type}`);
    }
    if (entry.invert && type !== 'bool' && type !== 'bit') {
      this.#fault([...path, 'invert'], 'is for bool and bit; scale: -1 turns the sign of a number');
    }
    if (entry.scaled && type !== 'u16') this.#fault([...path, 'scaled'], `is for u16, this is ${type}`);
    if (entry.coding === 'base_10000' && type !== 'u32')
      this.#fault([...path, 'coding'], `is for u32, this is ${type}`);
    const scale = entry.scale ?? defaults.scale;
    if (scale === 0) this.#fault([...path, 'scale'], 'is 0: every value would read 0');
    const metric = entry.metric ? METRICS[entry.metric] : null;
    if (metric && head && metric.of !== head.of) {
      const hint = suggestion(entry.metric ?? '', metricNames(head.of));
      this.#fault([...path, 'metric'], `${entry.metric} is of a ${metric.of}, this profile is of a ${head.of}${hint}`);
    }
    if (entry.largest && !metric) this.#fault([...path, 'largest'], 'is for registers with a metric');
    const factor = metric && entry.unit !== undefined ? unitFactor(entry.unit, metric.unit) : 1;
    if (metric && factor === null) {
      const known = unitsFor(metric.unit).join(', ');
      this.#fault(
        [...path, 'unit'],
        `${entry.unit} cannot become ${metric.unit || 'a plain number'}, expected ${known}`,
      );
    }
    const notAvailable = type ? this.#patterns(entry, head, type, path) : [];
    if (!type || address === null || factor === null || this.faults.length > before) return null;
    return {
      name: entry.name,
      metric: entry.metric ?? null,
      unit: metric?.unit ?? entry.unit ?? '',
      mark: entry.mark ?? defaults.mark ?? null,
      optional: entry.optional,
      unitId: entry.unit_id ?? null,
      function: entry.function ?? defaults.function,
      address,
      words: WORDS[type],
      type,
      bit: entry.bit ?? 0,
      lowWordFirst: (entry.word_order ?? defaults.word_order) === 'low_word_first',
      notAvailable: new Set(notAvailable),
      coding: entry.coding ?? null,
      scaled: entry.scaled ?? null,
      scale,
      offset: entry.offset,
      factor,
      invert: entry.invert,
      range: entry.range ?? (metric ? [metric.min, metric.max] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]),
      largest: entry.largest,
    };
  }

  #address(entry: RegisterEntry, defaults: DefaultsEntry, words: number, path: Path): number | null {
    if ((entry.address === undefined) === (entry.number === undefined)) {
      this.#fault(path, 'expected either address (as sent, from 0) or number (as printed, with base)');
      return null;
    }
    const base = entry.base ?? defaults.base;
    if (entry.number !== undefined && base === undefined) {
      this.#fault([...path, 'number'], 'needs base, the printed number of the first register: 1 or 40001, say');
      return null;
    }
    const address = entry.address ?? (entry.number ?? 0) - (base ?? 0);
    if (address >= 0 && address + words <= 65_536) return address;
    this.#fault(
      [...path, entry.address === undefined ? 'number' : 'address'],
      `sent as ${address} for ${words} registers, expected 0 to 65535`,
    );
    return null;
  }

  #patterns(entry: RegisterEntry, head: HeadEntry | undefined, type: RegisterType, path: Path): readonly string[] {
    const own = entry.not_available ?? head?.not_available[type];
    if (!own) return NOT_AVAILABLE[type];
    const where: Path = entry.not_available ? [...path, 'not_available'] : ['not_available', type];
    const bits = BigInt(16 * WORDS[type]);
    return own.map((pattern) => {
      if (pattern >= 1n << bits || pattern < -(1n << (bits - 1n))) {
        this.#fault(where, `0x${pattern.toString(16)} does not fit into ${type}`);
      }
      return BigInt.asUintN(Number(bits), pattern)
        .toString(16)
        .padStart(Number(bits) / 4, '0');
    });
  }

  /** What only all registers together can show. */
  #compare(registers: { register: Register; path: Path }[], head: HeadEntry | undefined): void {
    const names = new Map<string, Path>();
    const metrics = new Map<string, { register: Register; path: Path }>();
    for (const { register, path } of registers) {
      const name = names.get(register.name);
      if (name) this.#fault([...path, 'name'], `${register.name} is used twice, first at ${formatPath(name)}`);
      names.set(register.name, path);
      const hole = head?.holes.find(
        ([first, last]) => register.address <= last && register.address + register.words > first,
      );
      if (hole) this.#fault(path, `${register.name} lies in the hole [${hole.join(', ')}]`);
      if (!register.metric) continue;
      const other = metrics.get(register.metric);
      if (other && !(other.register.largest && register.largest)) {
        this.#fault(
          [...path, 'metric'],
          `${register.metric} is given by ${formatPath(other.path)} already; largest: true on both takes the larger one`,
        );
      }
      metrics.set(register.metric, { register, path });
    }
    if (registers.length > 0 && metrics.size === 0 && this.faults.length === 0) {
      this.#fault(['registers'], 'no register has a metric: nothing would be read');
    }
  }

  #check<S extends z.ZodObject>(schema: S, value: unknown, path: Path): z.infer<S> | undefined {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) this.#note(issue, value, Object.keys(schema.shape), path);
    return undefined;
  }

  #note(issue: z.core.$ZodIssue, value: unknown, keys: string[], prefix: Path): void {
    const inner = issue.path.filter((step) => typeof step !== 'symbol');
    const path = [...prefix, ...inner];
    const given = inner.reduce<unknown>((here, step) => (here as Record<string, unknown> | null)?.[step], value);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) this.#fault([...path, key], `unknown key${suggestion(key, keys)}`);
    } else if (given === undefined) {
      const expected = issue.code === 'invalid_value' ? `, expected one of ${issue.values.map(String).join(', ')}` : '';
      this.#fault(path, `missing${expected}`);
    } else if (issue.code === 'invalid_value') {
      const values = issue.values.map(String);
      const list = values.length <= 12 ? `, expected one of ${values.join(', ')}` : '';
      this.#fault(path, `${JSON.stringify(given)} is not known${list}${suggestion(String(given), values)}`);
    } else this.#fault(path, issue.message);
  }

  #fault(path: Path, message: string): void {
    const line = this.#source.placeOfKey(path)?.line ?? 1;
    this.faults.push({ file: this.#file, line, path: formatPath(path), message });
  }
}

function suggestion(word: string, known: readonly string[]): string {
  const near = didYouMean(word, known);
  return near === null ? '' : `; did you mean ${near}?`;
}
