/** The options that have words; another is shown by its name. */
export const KNOWN_OPTIONS = [
  'at_least',
  'of',
  'allowed',
  'frames_missing_s',
  'offline_s',
  'low_bar',
  'high_bar',
  'at_least_kw',
  'at_least_a',
  'below_v',
  'below_kw',
] as const;
export type KnownOption = (typeof KNOWN_OPTIONS)[number];
