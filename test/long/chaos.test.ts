import { describe, expect, it } from 'vitest';
import { chaos } from '../chaos/chaos.ts';
import { hasMosquitto } from '../harness/mosquitto.ts';
import { needs } from '../harness/needs.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const MINUTES = Number(process.env.HEARST_CHAOS_MINUTES ?? 20);

describe(`chaos for ${MINUTES} minutes`, { timeout: (3 * MINUTES + 10) * 60_000 }, () => {
  const brokers = ['embedded', ...(needs(hasMosquitto, "Debian's mosquitto") ? (['mosquitto'] as const) : [])] as const;
  it.each(brokers)('loses nothing and counts nothing twice, broker: %s', async (broker) => {
    using folder = temporaryFolder('long-chaos');
    const { verdict, kills, duplicates } = await chaos({
      folder: folder.path,
      broker,
      seconds: MINUTES * 60,
      readings: 0,
      containers: 16,
    });
    console.log(JSON.stringify({ kills, duplicates, ...verdict, lost: verdict.lost.length }));
    expect({
      lost: verdict.lost,
      twice: verdict.twice,
      wrong: verdict.wrong,
      quarantined: verdict.quarantined,
    }).toEqual({
      lost: [],
      twice: [],
      wrong: [],
      quarantined: 0,
    });
    expect(duplicates).toBeGreaterThan(0);
  });
});
