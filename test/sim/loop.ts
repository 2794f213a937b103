import { type Fault, isActive, progress } from './faults.ts';

/** What faults make of a container's cooling loop at one moment. */
export interface LoopState {
  /** Part of the ordinary flow. */
  flowFactor: number;
  pressureFactor: number;
  /** By how much the supply is warmer than it should be, K. */
  supplyRiseK: number;
  /** By how much the chips are hotter than the water explains, K. */
  chipRiseK: number;
  pumpStopped: boolean;
  coolerStopped: boolean;
  leaking: boolean;
  /** How far the loop has run dry, 0 to 1. */
  leak: number;
}

const HEALTHY: LoopState = Object.freeze({
  flowFactor: 1,
  pressureFactor: 1,
  supplyRiseK: 0,
  chipRiseK: 0,
  pumpStopped: false,
  coolerStopped: false,
  leaking: false,
  leak: 0,
});

/**
 * The loop under its faults.
 *
 * - Pump stopped: 3 % of the flow (convection) after a minute, chips 60 K hotter with a time constant of two minutes
 *   were they not to trip at 28 to 36 K, supply up to 14 K warmer over ten minutes.
 * - Leak: a third less flow and two thirds less pressure over ten minutes, supply 1.5 K warmer.
 * - Cooler stopped: supply up to 12 K warmer over a quarter of an hour.
 */
export function loopState(faults: readonly Fault[], t: number): LoopState {
  if (faults.length === 0) return HEALTHY;
  const state = { ...HEALTHY };
  for (const fault of faults) {
    const active = isActive(fault, t);
    if (fault.kind === 'pump-stop') {
      state.pumpStopped ||= active;
      state.flowFactor *= 1 - 0.97 * progress(fault, t, 15);
      state.supplyRiseK += 14 * progress(fault, t, 600);
      state.chipRiseK += 60 * progress(fault, t, 120);
    } else if (fault.kind === 'leak') {
      const lost = progress(fault, t, 600);
      state.leaking ||= active;
      state.leak = Math.max(state.leak, lost);
      state.flowFactor *= 1 - 0.35 * lost;
      state.pressureFactor *= 1 - 0.65 * lost;
      state.supplyRiseK += 1.5 * lost;
    } else if (fault.kind === 'cooler-stop') {
      state.coolerStopped ||= active;
      state.supplyRiseK += 12 * progress(fault, t, 900);
    }
  }
  return state;
}

/** Of water, kJ/(kg K). */
const HEAT_CAPACITY = 4.18;

/**
 * By how much water warms that takes up `kw` at `m3h`: kW / (kg/s * 4.18 kJ/(kg K)). Water that hardly moves would
 * reach hundreds of kelvin by this formula within the minute that it takes everything to trip: 35 K at most.
 */
export function waterRiseK(kw: number, m3h: number, loop: LoopState): number {
  const rise = kw / ((m3h / 3.6) * HEAT_CAPACITY);
  return loop === HEALTHY || loop.flowFactor === 1 ? rise : Math.min(rise, 35);
}
