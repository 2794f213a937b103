import { expect, it } from 'vitest';
import { AlertWatch } from '../harness/alert-watch.ts';
import { containerFrameAt, meterFrameAt } from '../sim/frames.ts';
import { SimulatedSite } from '../sim/site.ts';

const CONTAINERS = 58;
const START = Date.UTC(2026, 5, 1);
const HOURS = 24;
const MINUTE_MS = 60_000;
/** The pump of one container stands still for a quarter of an hour. */
const PUMP = { container: 14, fromMinute: 600, forMinutes: 15 };
/** Two containers each. */
const PUMPS_TRANSFORMER = PUMP.container / 2;

function watchOf(site: SimulatedSite): AlertWatch {
  const { layout } = site;
  const places = Array.from({ length: CONTAINERS }, (_, i) => ({
    containerId: layout.containerId(i + 1),
    transformerId: layout.transformerId(Math.floor(i / 2) + 1),
    agentId: null,
  }));
  return new AlertWatch(layout.projectId, places);
}

it('a day of the whole site with its ordinary noise says little, and the same day with one pump stopped says one thing more', {
  timeout: 400_000,
}, async () => {
  let now = START;
  const options = { containers: CONTAINERS, seed: 7, noise: true, clock: { now: () => now } };
  const [healthy, faulty] = [new SimulatedSite(options), new SimulatedSite(options)];
  const [quiet, heard] = [watchOf(healthy), watchOf(faulty)];
  for (let minute = 0; minute < HOURS * 60; minute++) {
    now = START + minute * MINUTE_MS;
    if (minute === PUMP.fromMinute) {
      const target = faulty.layout.containerId(PUMP.container);
      await faulty.addFault({ target, kind: 'pump-stop', for_s: PUMP.forMinutes * 60 });
    }
    for (let n = 1; n <= CONTAINERS; n++) {
      const frame = containerFrameAt(healthy, n, now, 60);
      quiet.container(frame);
      if (n === PUMP.container) heard.container(containerFrameAt(faulty, n, now, 60));
      else heard.containerAs(quiet, frame.container);
    }
    for (let n = 1; n <= healthy.layout.transformers; n++) {
      const frame = meterFrameAt(healthy, n, now, 60);
      quiet.meter(frame);
      // A pump stopped changes what its own transformer delivers, and no other.
      heard.meter(n === PUMPS_TRANSFORMER ? meterFrameAt(faulty, n, now, 60) : frame);
    }
    for (const watch of [quiet, heard]) watch.evaluate(now + 1000, now + MINUTE_MS);
  }
  const opened = (watch: AlertWatch) => watch.told.filter((message) => message.startsWith('opened'));
  expect(opened(quiet).length, quiet.told.join('\n')).toBeLessThanOrEqual(6);
  // It is not deaf: 1 % of the miners stay away for up to an hour, each an alert that is listed and not sent.
  expect(quiet.counts.info).toBeGreaterThan(50);
  const more = heard.told.filter((message) => !quiet.told.includes(message));
  expect(more).toEqual(['opened pump_stopped QATAR-C14', 'resolved pump_stopped QATAR-C14']);
  expect(heard.told.length).toBe(quiet.told.length + 2);
});
