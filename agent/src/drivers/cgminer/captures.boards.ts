import type { BoardValues } from '@hearst/protocol';

/**
 * What each recorded reply says of single hashboards, written down by hand from the recording like the rest
 * (`captures.expected.ts`). Recordings without a row say nothing of any.
 */

/** The S9's control board has 16 places for chains, and its boards on the sixth to the eighth. */
const S9 = (...boards: [number | null, number | null, number | null]): (number | null)[] => [
  ...Array<null>(5).fill(null),
  ...boards,
];

export const CAPTURED_BOARDS: Record<string, BoardValues> = {
  // chain_rate "126.12" "125.79" "126.06" "126.59", really MH/s; temp1..4, temp2_1..4; chain_hw3 153.
  'antminer-l3plus-stock/stats.raw': {
    hashrate_ths: [0.0001261, 0.0001258, 0.0001261, 0.0001266],
    temp_chip_c: [54, 56, 56, 53],
    temp_board_c: [46, 46, 46, 45],
    hw_errors: [0, 0, 153, 0],
    chips_active: [72, 72, 72, 72],
  },
  // chain_acn 0 throughout: the three boards of a whole machine hash nothing.
  'antminer-s17plus-stock-sleep/stats.json': { hashrate_ths: [0, 0, 0] },
  // The first chain is empty: chain_acn1 0, chain_rate1 "". All letters of the others are x.
  'antminer-s19-stock-sleep/stats.json': {
    hashrate_ths: [0, 0, 0],
    temp_chip_c: [null, 40, 40],
    temp_board_c: [null, 40, 40],
    hw_errors: [null, 0, 0],
    frequency_mhz: [null, 675, 675],
    chips_active: [null, 0, 0],
  },
  // chain_rate "37603.30" "35536.22" "37427.38"; temp_chip 78-50-69-70, 52-55-70-71, 51-49-69-68; temp_pcb 5 less.
  'antminer-s19pro-stock/stats.json': {
    hashrate_ths: [37.6, 35.54, 37.43],
    temp_chip_c: [78, 71, 69],
    temp_board_c: [73, 66, 64],
    hw_errors: [183, 195, 184],
    frequency_mhz: [525, 525, 525],
    chips_active: [114, 114, 114],
  },
  // rate_real 67293.41 68916.75 70691.63; temp_chip 59 59 73 73 and the like; no letters for the chips.
  'antminer-s21-stock/web-stats.json': {
    hashrate_ths: [67.29, 68.92, 70.69],
    temp_chip_c: [73, 72, 73],
    temp_board_c: [68, 67, 68],
    hw_errors: [0, 1, 1],
    frequency_mhz: [490, 490, 490],
  },
  // chain_rate6..8 "4467.65" "4431.33" "4503.15".
  'antminer-s9-stock/stats.json': {
    hashrate_ths: S9(4.47, 4.43, 4.5),
    temp_chip_c: S9(87, 74, 86),
    temp_board_c: S9(57, 49, 56),
    hw_errors: S9(0, 2, 0),
    frequency_mhz: S9(625, 625, 625),
    chips_active: S9(63, 63, 63),
  },
  // chain_rate6..8 "4618.85" "4624.55" "4640.41"; temp7 0 and temp2_7 -83 are no temperatures.
  'antminer-s9-v1.3.58/stats.raw': {
    hashrate_ths: S9(4.62, 4.62, 4.64),
    temp_chip_c: S9(62, null, 62),
    temp_board_c: S9(75, null, 73),
    hw_errors: S9(3085, 289, 175165),
    frequency_mhz: S9(649.1, 650.4, 647),
    chips_active: S9(63, 63, 63),
  },
  // chain_rate6..8 "4264.48" "4298.32" "4232.67".
  'antminer-s9-vnish-3.8.6/stats.raw': {
    hashrate_ths: S9(4.26, 4.3, 4.23),
    temp_chip_c: S9(80, 71, 78),
    temp_board_c: S9(65, 56, 63),
    hw_errors: S9(1, 3, 293),
    frequency_mhz: S9(600, 600, 600),
    chips_active: S9(63, 63, 63),
  },
  // chain_rate "8048.19" "6574.89" "6992.69"; freq1..3 "520" "420" "519" while freq_avg is 0.00 throughout.
  'antminer-t15-stock/stats.json': {
    hashrate_ths: [8.05, 6.57, 6.99],
    temp_chip_c: [55, 50, 54],
    temp_board_c: [40, 35, 39],
    hw_errors: [7, 17, 6],
    frequency_mhz: [520, 420, 519],
    chips_active: [60, 60, 60],
  },
  // Its rates count no hashes.
  'antminer-z11-stock/stats.raw': {
    temp_chip_c: [90, 83, 90],
    temp_board_c: [63, 63, 63],
    hw_errors: [2197, 3610, 3907],
    chips_active: [3, 3, 3],
  },
  // MHS 5s 6800000, 6900000, 7000000; Temperature 28.25, 29.06, 30.12.
  'auradine-gcminer-2023/devs.json': { hashrate_ths: [6.8, 6.9, 7], temp_board_c: [28.3, 29.1, 30.1] },
  // MGHS[26907.01 26025.06 26724.56] MTmax[77 77 76] MH[999 697 1039] (together HW[2735]).
  'avalon-1246-cgminer/stats.json': {
    hashrate_ths: [26.91, 26.03, 26.72],
    temp_chip_c: [77, 77, 76],
    hw_errors: [999, 697, 1039],
  },
  // MGHS[44350.83] and MGHS[44499.41] of a machine that is switched off (GHSspd[0.00]): averages, not what is.
  'avalon-cgminer-4.11.1/litestats.json': { hashrate_ths: [0], hw_errors: [0] },
  'avalon-cgminer-4.11.1/stats.json': { hashrate_ths: [0], hw_errors: [0] },
  // MGHS[12362.61 12812.16] in both, but MHS 30s 0 in the first. MTmax[61 64] MH[0 0].
  'avalon-cgminer-4.11.1-joined/summary+stats+pools-nan.raw': {
    hashrate_ths: [0, 0],
    temp_chip_c: [61, 64],
    hw_errors: [0, 0],
  },
  'avalon-cgminer-4.11.1-joined/summary+stats+pools.json': {
    hashrate_ths: [12.36, 12.81],
    temp_chip_c: [61, 64],
    hw_errors: [0, 0],
  },
  // MHS 5s 4683070.75, 4687913.42, 4213098.71.
  'braiins-bosminerplus-0.2-s9/devs.json': { hashrate_ths: [4.68, 4.69, 4.21], hw_errors: [0, 0, 1] },
  // rate_real 3553.5 (as a double a hair below) 3550.11 3551.8 3543.63 MH/s; 37 letters for 204 chips count nothing.
  'elphapex-dg1plus/web-stats.json': {
    hashrate_ths: [0.003553, 0.00355, 0.003552, 0.003544],
    temp_chip_c: [50.5, 56.9, 51.7, 49.1],
    temp_board_c: [67, 67, 67, 67],
  },
  // chain_rate "1578.2742" "1594.3646" "1513.8498" MH/s.
  'hammer-d10/stats.json': {
    hashrate_ths: [0.001578, 0.001594, 0.001514],
    temp_board_c: [45, 42, 40],
    hw_errors: [2133, 2942, 2903],
    chips_active: [108, 108, 108],
  },
  // Listed as ASC 2, 0, 1: 20751652.26, 19773825.72, 19230588.75.
  'luxos-2025.4-s19kpro/devs.json': {
    hashrate_ths: [19.77, 19.23, 20.75],
    temp_board_c: [47, 47, 47],
    hw_errors: [0, 0, 0],
  },
  // temp_pcb 47-34-34-47 and the like.
  'luxos-2025.4-s19kpro/stats.json': {
    hashrate_ths: [18.91, 18.94, 19.07],
    temp_board_c: [47, 47, 47],
    hw_errors: [0, 0, 0],
    frequency_mhz: [300, 300, 300],
    chips_active: [77, 77, 77],
  },
  // MHS 5s 20053438.74, 25567317.81, 24351292.28; Effective Chips, Chip Frequency, Chip Temp Max of each.
  'whatsminer-api-v1.4/devs.json': {
    hashrate_ths: [20.05, 25.57, 24.35],
    temp_chip_c: [90, 90.1, 92.5],
    temp_board_c: [70, 69.5, 71.5],
    hw_errors: [15, 47, 7],
    frequency_mhz: [650, 652, 643],
    chips_active: [105, 105, 105],
  },
};
