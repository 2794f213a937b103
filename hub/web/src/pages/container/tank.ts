import type { Container } from '../../api/containers.ts';

/** What an immersion container's controller tells of its oil, the water that cools it, and the dry cooler outside. */
export interface Tank {
  /** Null: not known. By loop of oil. */
  readonly loops: readonly {
    readonly supply: number | null;
    readonly back: number | null;
    readonly pump: boolean | null;
  }[];
  readonly levels: readonly { readonly name: string; readonly percent: number | null }[];
  readonly primary: { readonly supply: number | null; readonly back: number | null; readonly pump: boolean | null };
  readonly dryCooler: { readonly running: boolean | null; readonly hertz: number | null };
  readonly outdoor: number | null;
}

type Told = Pick<Container, 'cooling' | 'model' | 'temp_supply_c' | 'temp_return_c'>;

const TANKS = ['a', 'b', 'c', 'd'] as const;
/** Values that only a controller of tanks tells. */
const OF_TANKS = ['level_tank_a_pct', 'temp_secondary_supply_1_c', 'temp_primary_supply_c'] as const;

/**
 * Null of a container whose miners do not stand in oil: its controller decides by what it tells; where it is silent, what
 * the container is called does.
 */
export function tankOf({ cooling, model, temp_supply_c: supply, temp_return_c: back }: Told): Tank | null {
  const isTank = cooling === null ? /immers/i.test(model ?? '') : OF_TANKS.some((name) => name in cooling);
  if (!isTank) return null;
  const value = (name: string): number | null => cooling?.[name] ?? null;
  const flag = (name: string): boolean | null => {
    const told = value(name);
    return told === null ? null : told > 0;
  };
  const loops = [1, 2].map((n) => ({
    supply: value(`temp_secondary_supply_${n}_c`),
    back: value(`temp_secondary_return_${n}_c`),
    pump: flag(`pump_secondary_${n}`),
  }));
  const known = loops.filter((loop) => loop.supply !== null || loop.back !== null || loop.pump !== null);
  return {
    // One that tells no loops apart has one, with the container's own temperatures.
    loops: known.length > 0 ? known : [{ supply, back, pump: flag('pump_circulating') }],
    levels: TANKS.filter((name) => cooling === null || `level_tank_${name}_pct` in cooling).map((name) => ({
      name: name.toUpperCase(),
      percent: value(`level_tank_${name}_pct`),
    })),
    primary: {
      supply: value('temp_primary_supply_c'),
      back: value('temp_primary_return_c'),
      pump: flag('pump_primary'),
    },
    dryCooler: {
      running: flag('dry_cooler_running'),
      hertz: value('frequency_feedback_hz') ?? value('frequency_dry_cooler_hz'),
    },
    outdoor: value('temp_outdoor_c'),
  };
}
