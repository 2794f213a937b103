import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Alarm } from './alarm.ts';

/** Counts tones instead of making them. */
function speaker(state: AudioContextState = 'running') {
  const heard = { tones: 0, closed: 0, resumed: 0 };
  const param = { value: 0, setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
  const node = { gain: param, connect: () => node };
  const context = {
    ...{ state, currentTime: 0, destination: node },
    createGain: () => node,
    createOscillator: () => ({ frequency: param, connect: () => node, stop: () => {}, start: () => heard.tones++ }),
    close: () => Promise.resolve(heard.closed++),
    resume: () => {
      heard.resumed++;
      return Promise.reject(new Error('nobody has touched the page'));
    },
  };
  return { heard, alarm: new Alarm(() => context as unknown as AudioContext) };
}
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('sounds again and again until it is stopped', () => {
  const { heard, alarm } = speaker();
  alarm.start();
  alarm.start();
  expect(heard.tones).toBe(2);
  vi.advanceTimersByTime(8_000);
  expect(heard.tones).toBe(6);
  alarm.stop();
  vi.advanceTimersByTime(60_000);
  expect(heard).toMatchObject({ tones: 6, closed: 1 });
});

it('where the browser plays nothing yet, it is asked each time', () => {
  const { heard, alarm } = speaker('suspended');
  alarm.start();
  vi.advanceTimersByTime(4_000);
  expect(heard.resumed).toBe(2);
  alarm.stop();
});
