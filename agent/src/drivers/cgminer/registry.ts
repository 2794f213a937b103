import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MinerDefinition } from './definition.ts';

const LEVELS: MinerDefinition['level'][] = ['firmware', 'model', 'make', 'any'];
const MAX_REMEMBERED = 1000;

/** The folder with the shipped definitions, one file each. */
export const MINERS_FOLDER = new URL('./miners/', import.meta.url);

/** The miner definitions, asked from the narrowest to the widest. */
export class MinerRegistry {
  readonly #definitions: readonly MinerDefinition[];
  /** What was recognised before: a site has thousands of miners and a handful of texts. */
  readonly #remembered = new Map<string, MinerDefinition>();

  constructor(definitions: readonly MinerDefinition[]) {
    const ids = new Set<string>();
    for (const { id } of definitions) {
      if (ids.has(id)) throw new Error(`two miner definitions call themselves ${id}: rename one`);
      ids.add(id);
    }
    if (definitions.filter((definition) => definition.level === 'any').length !== 1)
      throw new Error('exactly one miner definition must have the level "any": it takes what no other recognises');
    this.#definitions = definitions.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  }

  /** Reads every definition of a folder. */
  static load(folder: URL = MINERS_FOLDER): MinerRegistry {
    const require = createRequire(import.meta.url);
    const extension = extname(import.meta.filename); // .js in a bundle
    const files = readdirSync(folder).filter((name) => name.endsWith(extension) && !name.endsWith('.test.ts'));
    const definition = (name: string): MinerDefinition =>
      (require(fileURLToPath(new URL(name, folder))) as { default: MinerDefinition }).default;
    return new MinerRegistry(files.sort().map(definition));
  }

  get all(): readonly MinerDefinition[] {
    return this.#definitions;
  }

  /**
   * The narrowest definition that recognises a miner by its type text, its program, or the make its replies betray. Of
   * a firmware it is the one for the model it runs on: boards and fans as they are built in there.
   */
  recognise(type: string | null, program: string | null, make: string | null = null): MinerDefinition {
    const key = `${type}\n${program}\n${make}`;
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const found = this.#find(type, program, make);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, found);
    return found;
  }

  #find(type: string | null, program: string | null, make: string | null): MinerDefinition {
    const found = this.#definitions.find(({ level, recognise }) => {
      if (level === 'any' || matches(recognise.type, type) || matches(recognise.program, program)) return true;
      return make !== null && recognise.make === make;
    }) as MinerDefinition;
    const model = this.#definitions.find(({ level, recognise }) => level === 'model' && matches(recognise.type, type));
    return found.level === 'firmware' && model !== undefined ? onModel(found, model) : found;
  }
}

/** A firmware's definition with what it leaves open filled in from the model it runs on. */
function onModel(firmware: MinerDefinition, model: MinerDefinition): MinerDefinition {
  const { firstChain, rateCorrection } = model;
  return {
    ...(firstChain !== undefined && { firstChain }),
    ...(rateCorrection !== undefined && { rateCorrection }),
    ...firmware,
    boards: firmware.boards ?? model.boards,
    fans: firmware.fans && model.fans,
  };
}

function matches(pattern: RegExp | undefined, text: string | null): boolean {
  return pattern !== undefined && text !== null && pattern.test(text);
}
