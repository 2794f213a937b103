/**
 * Randomness as a function of its arguments: the same seed and numbers give the same value, in any order and at
 * any moment, so that a million miners need no million generators.
 */

/** A 32-bit hash of a seed and up to three whole numbers (each taken modulo 2^32). */
export function hash(seed: number, a: number, b = 0, c = 0): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  h = mix(h ^ Math.imul(a | 0, 0xcc9e2d51));
  h = mix(h ^ Math.imul(b | 0, 0x1b873593));
  return mix(h ^ Math.imul(c | 0, 0xe6546b64)) >>> 0;
}

function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return h ^ (h >>> 16);
}

/** A value in [0, 1). */
export function unit(seed: number, a: number, b = 0, c = 0): number {
  return hash(seed, a, b, c) / 4294967296;
}

/** A value in [-1, 1), every part of it equally likely. */
export function even(seed: number, a: number, b = 0, c = 0): number {
  return hash(seed, a, b, c) / 2147483648 - 1;
}

/** A value in (-1, 1) that is mostly near 0 (the mean of three even ones; standard deviation one third). */
export function bell(seed: number, a: number, b = 0, c = 0): number {
  const h = hash(seed, a, b, c);
  return ((h & 1023) + ((h >>> 10) & 1023) + ((h >>> 20) & 1023)) / 1534.5 - 1;
}
