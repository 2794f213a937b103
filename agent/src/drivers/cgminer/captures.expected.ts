import type { Values } from '@hearst/protocol';
import type { DeviceErrorCode, MinerIdentity, MinerReading, PoolInUse } from '../driver.ts';
import type { RepairName } from './repair.ts';

/**
 * What each recorded TCP 4028 reply says, written down by hand from the recording, never from the program's
 * output. The line above a row quotes the fields a figure comes from. What a row does not name is unknown.
 */
export interface CaptureRow {
  status?: MinerReading['status'];
  values?: Values;
  identity?: Partial<MinerIdentity>;
  pool?: PoolInUse;
  /** What it says is wrong with the miner; empty when it says that nothing is. */
  errors?: string[];
  /** The error the reply stands for. */
  error?: DeviceErrorCode;
  /** Of a joined reply: the members that were refused. */
  refused?: Record<string, DeviceErrorCode>;
  repaired?: RepairName[];
}

/** A reply that holds no reading, no identity and no error. */
const NOTHING: CaptureRow = {};

const pool = (url: string, worker: string, state: string | null = 'Alive'): PoolInUse => ({ url, worker, state });
const shares = (accepted: number, rejected: number, stale: number): Values => ({
  shares_accepted: accepted,
  shares_rejected: rejected,
  shares_stale: stale,
});

/** Where the model alone is told, its datasheet says what to expect. */
const rated = (ths: number): Values => ({ hashrate_expected_ths: ths });
const DG1 = { model: 'DG1+', firmware: 'DG1+_SW_V1.0.2', serial: '28HY245192N000245C23B' };

export const CAPTURES: Record<string, CaptureRow> = {
  // GHS 5s "504.56", GHS av 500.28: scrypt, really MH/s. temp1..4 46 46 46 45; temp2_1..4 54 56 56 53;
  // fan1 3840, fan2 3810; no_matching_work 152; chain_rate1..4 all above 100.
  'antminer-l3plus-stock/stats.raw': {
    status: 'hashing',
    values: {
      hashrate_ths: 0.0005046,
      hashrate_avg_ths: 0.0005003,
      temp_chip_c: 56,
      temp_board_c: 46,
      boards_active: 4,
      fan_rpm: 3840,
      hw_errors: 152,
      uptime_s: 393983,
    },
    identity: { model: 'Antminer L3+', firmware: '1.0.1.3' },
    repaired: ['missing_comma_between_objects'],
  },
  'antminer-l3plus-stock/version.json': { identity: { model: 'Antminer L3', firmware: '1.0.1.3' } },

  // Mode 254; every temperature, fan (fan_num 0) and chain_acn is 0; total_rateideal 0.00 is no expectation.
  'antminer-s17plus-stock-sleep/stats.json': {
    status: 'sleeping',
    values: { hashrate_ths: 0, hashrate_avg_ths: 0, boards_active: 0, hw_errors: 0, uptime_s: 279 },
    identity: { model: 'Antminer S17+', firmware: '35.0.1.3' },
  },

  'antminer-s19-stock-sleep/pools.json': { values: shares(0, 0, 0), pool: pool('stratum+tcp://aaa:700', 'aaa.226x94') },
  // Mode 2 does not say that it sleeps. temp_chip2 39-37-40-39, temp_chip3 38-38-40-40, pcb the same; rates "0.00".
  'antminer-s19-stock-sleep/stats.json': {
    status: 'idle',
    values: {
      hashrate_ths: 0,
      hashrate_avg_ths: 0,
      hashrate_expected_ths: 63.92,
      temp_chip_c: 40,
      temp_board_c: 40,
      boards_active: 0,
      fan_rpm: 1560,
      hw_errors: 0,
      uptime_s: 735,
    },
    identity: { model: 'Antminer S19', firmware: '49.0.1.3' },
  },
  'antminer-s19-stock-sleep/version.json': {
    values: rated(95),
    identity: { model: 'Antminer S19', firmware: '49.0.1.3' },
  },

  'antminer-s19jpro-hiveon/error-access-denied.json': { error: 'access_denied' },
  'antminer-s19jpro-hiveon/version.json': { identity: { model: 'Antminer S19JPRO Hiveon', firmware: '49.0.1.3' } },

  // BTM_SOC: MHS av 0.0, Hardware Errors 0, Tenperature 0.0 are fields that are not kept (it hashes 110 TH/s).
  'antminer-s19pro-stock/devs.json': { values: { shares_accepted: 4057, shares_rejected: 11, uptime_s: 50474 } },
  'antminer-s19pro-stock/pools.json': {
    values: shares(4057, 11, 1),
    pool: pool('stratum+tcp://btc.global.luxor.tech:700', 'account.worker1'),
  },
  // GHS 5s 110566.89, GHS av 111834.63, total_rateideal 110000.0; temp_chip1 78-50-69-70; temp_pcb1 73-45-64-65.
  // Power: 3250 W / 110 TH/s x 110.567.
  'antminer-s19pro-stock/stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 110.57,
      hashrate_avg_ths: 111.83,
      hashrate_expected_ths: 110,
      power_w: 3267,
      power_estimated: 1,
      temp_chip_c: 78,
      temp_board_c: 73,
      boards_active: 3,
      fan_rpm: 6000,
      hw_errors: 562,
      uptime_s: 50474,
    },
    identity: { model: 'Antminer S19 Pro', firmware: '49.0.1.3' },
  },
  // GHS 5s 110566.89, GHS av 111834.85.
  'antminer-s19pro-stock/summary.json': {
    status: 'hashing',
    values: { hashrate_ths: 110.57, hashrate_avg_ths: 111.83, hw_errors: 562, uptime_s: 50474, ...shares(4057, 11, 1) },
  },
  'antminer-s19pro-stock/version.json': {
    values: rated(110),
    identity: { model: 'Antminer S19 Pro', firmware: '49.0.1.3' },
  },

  // BTM_SOC: MHS 5s 202266.83, MHS av 203676.57 are GH/s (its summary says GHS av 203675.66); Hardware Errors 0 is not kept.
  'antminer-s21-stock/devs.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 202.27,
      hashrate_avg_ths: 203.68,
      temp_board_c: 65,
      uptime_s: 59131,
      shares_accepted: 11188,
      shares_rejected: 9,
    },
  },
  'antminer-s21-stock/error-invalid-command.json': { error: 'unsupported' },
  'antminer-s21-stock/pools.json': {
    values: shares(11187, 9, 0),
    pool: pool('stratum+tcp://stratum.braiins.com:3333', 'account.worker1'),
  },
  // GHS 5s 203007.01, GHS av 203675.66.
  'antminer-s21-stock/summary.json': {
    status: 'hashing',
    values: { hashrate_ths: 203.01, hashrate_avg_ths: 203.68, hw_errors: 61, uptime_s: 59129, ...shares(11187, 9, 0) },
  },
  // rate_5s 206901.8, rate_avg 203856.36, rate_ideal 200000 GH/s; power 17.5 J/TH x 206.902; hw 0 + 1 + 1.
  'antminer-s21-stock/web-stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 206.9,
      hashrate_avg_ths: 203.86,
      hashrate_expected_ths: 200,
      power_w: 3621,
      power_estimated: 1,
      temp_chip_c: 73,
      temp_board_c: 68,
      boards_active: 3,
      fan_rpm: 7000,
      hw_errors: 2,
      uptime_s: 8152,
    },
    identity: { model: 'Antminer S21', firmware: 'uart_trans.1.3' },
  },
  // Whoever published it put its STATUS into the classic shape: no device sends this.
  'antminer-s21-stock/web-summary.json': NOTHING,
  'antminer-s21-stock/version.json': {
    values: rated(200),
    identity: { model: 'Antminer S21', firmware: 'uart_trans.1.3' },
  },

  // Three pools Alive, every Stratum Active false: none in use yet.
  'antminer-s9-stock/pools.json': { values: shares(1, 0, 0) },
  // GHS 5s "13402.14", GHS av 12743.34, total_rateideal 13466.25; temp6..8 57 49 56; temp2_6..8 87 74 86; fan6 3840.
  // Power: 98 J/TH x 13.402.
  'antminer-s9-stock/stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 13.4,
      hashrate_avg_ths: 12.74,
      hashrate_expected_ths: 13.47,
      power_w: 1313,
      power_estimated: 1,
      temp_chip_c: 87,
      temp_board_c: 57,
      boards_active: 3,
      fan_rpm: 3840,
      hw_errors: 2,
      uptime_s: 102,
    },
    identity: { model: 'Antminer S9', firmware: '30.0.1.3' },
  },
  'antminer-s9-stock/version.json': { values: rated(13.5), identity: { model: 'Antminer S9', firmware: '30.0.1.3' } },

  'antminer-s9-v1.3.58/pools.json': {
    values: shares(22673, 8, 0),
    pool: pool('stratum+tcp://ss.antpool.com:3333', 'xxx'),
  },
  // GHS 5s "13883.81", GHS av 13890.36, total_rateideal 13862.52; temp6 75, temp8 73; temp2_6 62, temp2_7 -83 (not
  // believed), temp2_8 62; fan5 3720; the Type holds an escaped line feed. Power: 98 x 13.884.
  'antminer-s9-v1.3.58/stats.raw': {
    status: 'hashing',
    values: {
      hashrate_ths: 13.88,
      hashrate_avg_ths: 13.89,
      hashrate_expected_ths: 13.86,
      power_w: 1361,
      power_estimated: 1,
      temp_chip_c: 62,
      temp_board_c: 75,
      boards_active: 3,
      fan_rpm: 3720,
      hw_errors: 178540,
      uptime_s: 293628,
    },
    identity: { model: 'Antminer S9 V1.3.58', firmware: '30.0.1.3' },
    repaired: ['missing_comma_between_objects'],
  },
  'antminer-s9-v1.3.58/version.json': {
    values: rated(13.5),
    identity: { model: 'Antminer S9 V1.3.58', firmware: '30.0.1.3' },
  },

  // Accepted 135 + 0 + 0 + 166 (DevFee); Stratum Active is pool 0.
  'antminer-s9-vnish-3.8.6/pools.json': {
    values: shares(301, 0, 0),
    pool: pool('stratum+tcp://solo.antpool.com:3333', 'account.worker1'),
  },
  // GHS 5s "12795.48", GHS av 12900.71, total_rateideal 12927.60; chain_consumption6..8 495 each; temp6..8 65 56 63;
  // temp2_6..8 80 71 78; fan6 5880.
  'antminer-s9-vnish-3.8.6/stats.raw': {
    status: 'hashing',
    values: {
      hashrate_ths: 12.8,
      hashrate_avg_ths: 12.9,
      hashrate_expected_ths: 12.93,
      power_w: 1485,
      power_estimated: 0,
      temp_chip_c: 80,
      temp_board_c: 65,
      boards_active: 3,
      fan_rpm: 5880,
      hw_errors: 297,
      uptime_s: 3617,
    },
    identity: { model: 'Antminer S9 (vnish 3.8.6)', firmware: '26.0.1.3' },
    repaired: ['missing_comma_between_objects'],
  },
  'antminer-s9-vnish-3.8.6/version.json': { identity: { model: 'Antminer S9 (vnish 3.8.6)', firmware: '26.0.1.3' } },

  // GHS 5s "21615.78", GHS av 22411.07, total_rateideal 21000.00; temp_chip1 29-54-30-55 (temp2_1 29 is not the
  // hottest); temp_pcb1 14-39-15-40; absent slots "-". Power: 67 J/TH x 21.616.
  'antminer-t15-stock/stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 21.62,
      hashrate_avg_ths: 22.41,
      hashrate_expected_ths: 21,
      power_w: 1448,
      power_estimated: 1,
      temp_chip_c: 55,
      temp_board_c: 40,
      boards_active: 3,
      fan_rpm: 2880,
      hw_errors: 30,
      uptime_s: 13263,
    },
    identity: { model: 'Antminer T15', firmware: '27.10.1.3' },
  },

  // GHS 5s "141.54" counts Equihash solutions, not hashes. temp1..3 63; temp2_1..3 90 83 90; fan2 5760.
  'antminer-z11-stock/stats.raw': {
    status: 'hashing',
    values: { temp_chip_c: 90, temp_board_c: 63, boards_active: 3, fan_rpm: 5760, hw_errors: 0, uptime_s: 68493 },
    identity: { model: 'Antminer Z11', firmware: '9.0.0.5' },
    repaired: ['missing_comma_between_objects'],
  },

  // MHS 5s 6800000 + 6900000 + 7000000; Temperature 28.25 29.06 30.12.
  'auradine-gcminer-2023/devs.json': {
    status: 'hashing',
    values: { hashrate_ths: 20.7, temp_board_c: 30.1, boards_active: 3 },
  },
  'auradine-gcminer-2023/fan.json': { values: { fan_rpm: 7100 } },
  'auradine-gcminer-2023/frequency.json': NOTHING,
  // Sleep "off"; Power 2000 and Ths 160 are what was asked for, not what is.
  'auradine-gcminer-2023/mode.json': NOTHING,
  'auradine-gcminer-2023/pools.json': {
    values: { shares_accepted: 10, shares_rejected: 1 },
    pool: pool('stratum+tcp://btc.viabtc.io:3333', 'username.suffix'),
  },
  // PowerIn "58.94W".
  'auradine-gcminer-2023/psu.json': { values: { power_w: 59, power_estimated: 0 } },
  // MHS 5s 20599767.18, MHS av 7970630.04.
  'auradine-gcminer-2023/summary.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 20.6,
      hashrate_avg_ths: 7.97,
      hw_errors: 0,
      uptime_s: 56696,
      shares_accepted: 3310,
      shares_rejected: 1,
    },
  },
  // Board 3: BoardTemp 47.5, ChipTemp 51.412; the control board does not count.
  'auradine-gcminer-2023/temperature.json': { values: { temp_chip_c: 51.4, temp_board_c: 47.5 } },
  'auradine-gcminer-2023/version.json': { identity: { firmware: '0.5' } },
  'auradine-gcminer-2023/voltage.json': NOTHING,

  // GHSspd[81072.68] GHSavg[79656.63] GHSmm[83923.04] TMax[77] Fan2[5392] HW[2735] MGHS of three boards.
  // PS[0 1214 1316 242 3189 1320 3504]; ECHU[0 0 0] ECMM[0].
  'avalon-1246-cgminer/stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 81.07,
      hashrate_avg_ths: 79.66,
      hashrate_expected_ths: 83.92,
      power_w: 3189,
      power_estimated: 0,
      temp_chip_c: 77,
      boards_active: 3,
      fan_rpm: 5392,
      hw_errors: 2735,
      uptime_s: 24684,
    },
    identity: { model: 'Avalon 1246', firmware: '21072802_4ec6bb0_211fc46', serial: '02010000cbd2fd6d' },
    errors: [],
  },

  'avalon-cgminer-4.11.1/ascset_help.json': NOTHING,
  'avalon-cgminer-4.11.1/ascset_softoff.json': NOTHING,
  'avalon-cgminer-4.11.1/ascset_softon.json': NOTHING,
  'avalon-cgminer-4.11.1/ascset_workmode.json': NOTHING,
  'avalon-cgminer-4.11.1/check.json': NOTHING,
  'avalon-cgminer-4.11.1/coin.json': NOTHING,
  'avalon-cgminer-4.11.1/config.json': NOTHING,
  'avalon-cgminer-4.11.1/devdetails.json': NOTHING,
  // MHS 5s 0.00, MHS av 44046770.26; Temperature 0.00 is no sensor.
  'avalon-cgminer-4.11.1/devs.json': {
    status: 'idle',
    values: {
      hashrate_ths: 0,
      hashrate_avg_ths: 44.05,
      hw_errors: 0,
      uptime_s: 38136,
      shares_accepted: 890,
      shares_rejected: 2,
    },
  },
  // Work: In Idle and SoftOFF[4]: switched off by command. GHSspd[0.00] GHSavg[44350.83] GHSmm[55032.79]; TMax[0] is no
  // sensor; HBITemp[27] HBOTemp[27]; Fan1..4[0]; one board, not hashing.
  'avalon-cgminer-4.11.1/litestats.json': {
    status: 'sleeping',
    values: {
      hashrate_ths: 0,
      hashrate_avg_ths: 44.35,
      hashrate_expected_ths: 55.03,
      temp_board_c: 27,
      boards_active: 0,
      fan_rpm: 0,
      hw_errors: 0,
      uptime_s: 37977,
    },
    identity: { model: 'Avalon Q', firmware: '25052801_14a19a2' },
    errors: [],
  },
  'avalon-cgminer-4.11.1/pools.json': {
    values: shares(890, 2, 0),
    pool: pool('stratum+tcp://pool.example.com:4444', 'worker1'),
  },
  // The same machine a little earlier: GHSavg[44499.41], Elapsed 37819 (of the process; the module says 37850).
  'avalon-cgminer-4.11.1/stats.json': {
    status: 'sleeping',
    values: {
      hashrate_ths: 0,
      hashrate_avg_ths: 44.5,
      hashrate_expected_ths: 55.03,
      temp_board_c: 27,
      boards_active: 0,
      fan_rpm: 0,
      hw_errors: 0,
      uptime_s: 37819,
    },
    identity: { model: 'Avalon Q', firmware: '25052801_14a19a2' },
    errors: [],
  },
  // MHS 5s 0.00, MHS av 44539601.86.
  'avalon-cgminer-4.11.1/summary.json': {
    status: 'idle',
    values: { hashrate_ths: 0, hashrate_avg_ths: 44.54, hw_errors: 0, uptime_s: 37714, ...shares(890, 2, 0) },
  },
  'avalon-cgminer-4.11.1/version.json': {
    identity: {
      model: 'Avalon Q',
      firmware: '25052801_14a19a2',
      serial: '01234567890123456789012345678901',
      mac: 'AA:BB:CC:DD:EE:FF',
    },
  },

  // "MHS av":nan in summary: the average is the module's GHSavg[25174.76]. MHS 30s 0. Behind the reply stands a quote.
  'avalon-cgminer-4.11.1-joined/summary+stats+pools-nan.raw': {
    status: 'idle',
    values: {
      hashrate_ths: 0,
      hashrate_avg_ths: 25.17,
      hashrate_expected_ths: 37.47,
      temp_chip_c: 64,
      boards_active: 0,
      fan_rpm: 2927,
      hw_errors: 0,
      uptime_s: 155,
      ...shares(6, 0, 0),
    },
    identity: { model: 'Avalon 1047', firmware: '20051101_85dc6f0_0332654', serial: '02010000cb231da8' },
    errors: ['ECHU1 512', 'ECHU2 512'],
    pool: pool('stratum+tcp://sha256.mining-dutch.nl:9996', 'xxx'),
    repaired: ['bare_nan', 'stray_quote'],
  },
  // MHS 30s 32247416.81; GHSavg[25174.76] GHSmm[37470.98] TMax[64] Fan2[2927] HW[0] MGHS[12362.61 12812.16].
  // ECHU[512 512] ECMM[0]; PS holds zeros only.
  'avalon-cgminer-4.11.1-joined/summary+stats+pools.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 32.25,
      hashrate_avg_ths: 25.17,
      hashrate_expected_ths: 37.47,
      temp_chip_c: 64,
      boards_active: 2,
      fan_rpm: 2927,
      hw_errors: 0,
      uptime_s: 155,
      ...shares(6, 0, 0),
    },
    identity: { model: 'Avalon 1047', firmware: '20051101_85dc6f0_0332654', serial: '02010000cb231da8' },
    errors: ['ECHU1 512', 'ECHU2 512'],
    pool: pool('stratum+tcp://sha256.mining-dutch.nl:9996', 'xxx'),
  },

  'bfgminer-live/coin.raw': NOTHING,
  'bfgminer-live/config.raw': NOTHING,
  'bfgminer-live/devdetails.raw': NOTHING,
  // MHS 20s 0.410, MHS av 3.390: a CPU at 0.41 MH/s.
  'bfgminer-live/devs.raw': {
    status: 'hashing',
    values: {
      hashrate_ths: 0.00000041,
      hashrate_avg_ths: 0.00000339,
      hw_errors: 0,
      uptime_s: 13,
      shares_accepted: 0,
      shares_rejected: 0,
      shares_stale: 0,
    },
  },
  'bfgminer-live/devscan.raw': NOTHING,
  'bfgminer-live/error-invalid-command.raw': { error: 'unsupported' },
  'bfgminer-live/notify.raw': NOTHING,
  // "Benchmark" is no stratum pool: none in use.
  'bfgminer-live/pools.raw': { values: shares(0, 0, 0) },
  'bfgminer-live/privileged.raw': NOTHING,
  'bfgminer-live/proccount.raw': NOTHING,
  'bfgminer-live/procs.raw': {
    status: 'hashing',
    values: {
      hashrate_ths: 0.00000041,
      hashrate_avg_ths: 0.00000339,
      hw_errors: 0,
      uptime_s: 13,
      shares_accepted: 0,
      shares_rejected: 0,
      shares_stale: 0,
    },
  },
  'bfgminer-live/stats.raw': { values: { uptime_s: 13 } },
  // summary: MHS 20s 0.000, MHS av 3.168, Elapsed 14.
  'bfgminer-live/summary+devs+pools.raw': {
    status: 'idle',
    values: { hashrate_ths: 0, hashrate_avg_ths: 0.000003168, hw_errors: 0, uptime_s: 14, ...shares(0, 0, 0) },
  },
  'bfgminer-live/summary.raw': {
    status: 'idle',
    values: { hashrate_ths: 0, hashrate_avg_ths: 0.000003168, hw_errors: 0, uptime_s: 14, ...shares(0, 0, 0) },
  },
  'bfgminer-live/version.raw': { identity: { firmware: 'bfgminer 5.5.0-unknown' } },

  // MHS 5s 4683070.75 + 4687913.42 + 4213098.71; MHS av 3728777.77 + 2489177.92 + 3453411.08; Nominal 3 x 4668300.
  'braiins-bosminerplus-0.2-s9/devs.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 13.58,
      hashrate_avg_ths: 9.67,
      hashrate_expected_ths: 14,
      boards_active: 3,
      hw_errors: 1,
      uptime_s: 55,
      shares_accepted: 0,
      shares_rejected: 0,
    },
  },
  'braiins-bosminerplus-0.2-s9/fans.json': { values: { fan_rpm: 3780 } },
  'braiins-bosminerplus-0.2-s9/pools.json': {
    values: shares(152, 0, 0),
    pool: pool('stratum+tcp://stratum.antpool.com:3333', 'account.worker1'),
  },
  // MHS 5s 15740915.84, MHS av 11988299.65.
  'braiins-bosminerplus-0.2-s9/summary.json': {
    status: 'hashing',
    values: { hashrate_ths: 15.74, hashrate_avg_ths: 11.99, hw_errors: 186, uptime_s: 3680, ...shares(153, 0, 0) },
  },
  // Board 75 63 70; Chip 0.0 is no sensor.
  'braiins-bosminerplus-0.2-s9/temps.json': { values: { temp_board_c: 75 } },
  'braiins-bosminerplus-0.2-s9/version.json': { identity: { firmware: '0.2.0-36c56a9363' } },

  'cgminer-live/coin.raw': NOTHING,
  'cgminer-live/config.raw': NOTHING,
  // STATUS E, code 10: no devices, and nothing wrong.
  'cgminer-live/devs.raw': NOTHING,
  'cgminer-live/error-invalid-command.raw': { error: 'unsupported' },
  'cgminer-live/error-invalid-json.raw': { error: 'device_error', repaired: ['reply_twice'] },
  'cgminer-live/error-missing-command.raw': { error: 'device_error', repaired: ['reply_twice'] },
  'cgminer-live/lcd.raw': {
    status: 'idle',
    values: { hashrate_ths: 0, hashrate_avg_ths: 0, uptime_s: 80 },
    pool: pool('stratum+tcp://127.0.0.1:13333', 'site.worker1', null),
  },
  'cgminer-live/pools.raw': { values: shares(0, 0, 0), pool: pool('stratum+tcp://127.0.0.1:13333', 'site.worker1') },
  'cgminer-live/privileged.raw': NOTHING,
  'cgminer-live/restricted-config.raw': { error: 'access_denied' },
  'cgminer-live/restricted-quit.raw': { error: 'access_denied' },
  // devs answers code 10, which is no refusal.
  'cgminer-live/restricted-summary+config+devs.raw': {
    status: 'idle',
    values: { hashrate_ths: 0, hashrate_avg_ths: 0, hw_errors: 0, uptime_s: 2, ...shares(0, 0, 0) },
    refused: { config: 'access_denied' },
  },
  'cgminer-live/stats.raw': { values: { uptime_s: 80 } },
  'cgminer-live/summary+stats+pools.raw': {
    status: 'idle',
    values: { hashrate_ths: 0, hashrate_avg_ths: 0, hw_errors: 0, uptime_s: 80, ...shares(0, 0, 0) },
    pool: pool('stratum+tcp://127.0.0.1:13333', 'site.worker1'),
  },
  'cgminer-live/summary.raw': {
    status: 'idle',
    values: { hashrate_ths: 0, hashrate_avg_ths: 0, hw_errors: 0, uptime_s: 80, ...shares(0, 0, 0) },
  },
  'cgminer-live/version+foo+quit+version.raw': {
    identity: { firmware: 'cgminer 4.11.1' },
    refused: { foo: 'unsupported', quit: 'access_denied' },
  },
  'cgminer-live/version.raw': { identity: { firmware: 'cgminer 4.11.1' } },

  // The pool of priority 1 is the only one alive. Accepted 798704 + 604803 + 691522; "Device Total Rejected" 8888.
  'elphapex-dg1plus/web-pools.json': {
    values: shares(2095029, 8888, 0),
    identity: DG1,
    pool: pool('stratum+tcp://stratum.pool.io:3334', 'pool_username.real_worker'),
  },
  // rate_5s 11531.88, rate_avg 14199.04, rate_ideal 14229 MH/s; temp_chip "52812" "56937" thousandths; temp_pcb 47 46 67 66;
  // hw 204 on each board of 204 chips is no count of errors.
  'elphapex-dg1plus/web-stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 0.01153,
      hashrate_avg_ths: 0.0142,
      hashrate_expected_ths: 0.01423,
      temp_chip_c: 56.9,
      temp_board_c: 67,
      boards_active: 4,
      fan_rpm: 5400,
      uptime_s: 357352,
    },
    identity: DG1,
  },
  // hw_all 14199.04 is the average rate once more.
  'elphapex-dg1plus/web-summary.json': {
    status: 'hashing',
    values: { hashrate_ths: 0.01492, hashrate_avg_ths: 0.0142, hashrate_expected_ths: 0.01423, uptime_s: 357357 },
    identity: DG1,
    errors: [],
  },

  // MHS 5s "4686.4886", MHS av "4872.8713": scrypt, rightly named MH/s. temp1 21 42 21 45, temp2 21 40 23 42, temp3
  // 18 39 20 40, all seen; fan1 4650; which sensor is a chip's is not said.
  'hammer-d10/stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 0.004686,
      hashrate_avg_ths: 0.004873,
      temp_board_c: 45,
      boards_active: 3,
      fan_rpm: 4650,
      hw_errors: 7978,
      uptime_s: 119161,
    },
    identity: { model: 'Hammer D10', firmware: '2.0.2.2' },
    repaired: ['duplicate_keys'],
  },

  'luxos-2025.4-s19kpro/config.json': {
    identity: { model: 'Antminer S19k Pro', serial: 'JYZZB0UBDJABF06RB', mac: '62:f7:5e:b7:10:46' },
  },
  // MHS 5s 20751652.26 + 19773825.72 + 19230588.75; av 19067677.33 + 18910284.95 + 18939953.80; Nominal 3 x 20651400;
  // Accepted 499 + 479 + 505, Rejected 0 + 0 + 1; Device Elapsed 3428 3433 3433.
  'luxos-2025.4-s19kpro/devs.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 59.76,
      hashrate_avg_ths: 56.92,
      hashrate_expected_ths: 61.95,
      temp_board_c: 47,
      boards_active: 3,
      hw_errors: 0,
      uptime_s: 3433,
      shares_accepted: 1483,
      shares_rejected: 1,
    },
  },
  'luxos-2025.4-s19kpro/fans.json': { values: { fan_rpm: 2340 } },
  // Two groups, one pool active in each: the one of the first priority. Accepted 724 + 759, Rejected 0 + 1.
  'luxos-2025.4-s19kpro/pools.json': {
    values: shares(1483, 1, 0),
    pool: pool('stratum+tcp://ca.stratum.braiins.com:3333', 'asic-rs.user1'),
  },
  // PSU false: the supply did not measure them.
  'luxos-2025.4-s19kpro/power.json': { values: { power_w: 1051, power_estimated: 1 } },
  // GHS 5s 59756.06 ("total rate" 18972.63 is one board's), GHS av 56917.91, total_rateideal 61954.2. All three
  // lists of temperatures are the boards'.
  'luxos-2025.4-s19kpro/stats.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 59.76,
      hashrate_avg_ths: 56.92,
      hashrate_expected_ths: 61.95,
      temp_board_c: 47,
      boards_active: 3,
      fan_rpm: 2340,
      hw_errors: 0,
      uptime_s: 3453,
    },
    identity: { model: 'Antminer S19k Pro', firmware: '2025.4.8.220305' },
  },
  'luxos-2025.4-s19kpro/summary.json': {
    status: 'hashing',
    values: { hashrate_ths: 59.76, hashrate_avg_ths: 56.92, hw_errors: 0, uptime_s: 3453, ...shares(1483, 1, 0) },
  },
  'luxos-2025.4-s19kpro/temps.json': { values: { temp_board_c: 47 } },
  'luxos-2025.4-s19kpro/version.json': { identity: { model: 'Antminer S19k Pro', firmware: '2025.4.8.220305' } },

  // MHS 5s 20053438.74 + 25567317.81 + 24351292.28; av 22650215.07 + 22714314.87 + 22387410.51; Chip Temp Max 90.0
  // 90.11 92.5; Temperature 70.0 69.5 71.5; Hardware Errors 15 + 47 + 7; Accepted 795 + 796 + 747.
  'whatsminer-api-v1.4/devs.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 69.97,
      hashrate_avg_ths: 67.75,
      temp_chip_c: 92.5,
      temp_board_c: 71.5,
      boards_active: 3,
      fan_rpm: 6510,
      hw_errors: 69,
      uptime_s: 10154,
      shares_accepted: 2338,
      shares_rejected: 0,
    },
  },
  'whatsminer-api-v1.4/get_psu.json': NOTHING,
  'whatsminer-api-v1.4/get_version.json': { identity: { firmware: '20210322.22.REL' } },
  'whatsminer-api-v1.4/pools.json': {
    values: shares(2338, 0, 0),
    pool: pool('stratum+tcp://btc.example.pool:3333', 'asic-rs.test'),
  },
  // btmineroff "true": the mining process is switched off.
  'whatsminer-api-v1.4/status.json': { status: 'sleeping', identity: { firmware: '20210322.22.REL' } },
  // MHS 5s 70668114.52, MHS av 67753251.19, Factory GHS 68796; Power 3417; Fan Speed In 6450, Out 6480;
  // Error Code Count 0.
  'whatsminer-api-v1.4/summary.json': {
    status: 'hashing',
    values: {
      hashrate_ths: 70.67,
      hashrate_avg_ths: 67.75,
      hashrate_expected_ths: 68.8,
      power_w: 3417,
      power_estimated: 0,
      temp_chip_c: 92.5,
      temp_board_c: 71.5,
      fan_rpm: 6480,
      hw_errors: 69,
      uptime_s: 10154,
      ...shares(2338, 0, 0),
    },
    identity: { firmware: '20210322.22.REL', mac: 'C4:08:28:00:A4:19' },
    errors: [],
  },
};

/** The definition that each recorded device is recognised by, all its replies taken together. */
export const CAPTURED_DEFINITIONS: Record<string, string> = {
  'antminer-l3plus-stock': 'antminer-l3',
  'antminer-s17plus-stock-sleep': 'antminer-s17',
  'antminer-s19-stock-sleep': 'antminer-s19',
  'antminer-s19jpro-hiveon': 'hiveon',
  'antminer-s19pro-stock': 'antminer-s19-pro',
  'antminer-s21-stock': 'antminer-s21',
  'antminer-s9-stock': 'antminer-s9',
  'antminer-s9-v1.3.58': 'antminer-s9',
  'antminer-s9-vnish-3.8.6': 'vnish',
  'antminer-t15-stock': 'antminer-t15',
  'antminer-z11-stock': 'antminer-z',
  'auradine-gcminer-2023': 'auradine',
  'avalon-1246-cgminer': 'avalon-1246',
  'avalon-cgminer-4.11.1': 'avalon-q',
  'avalon-cgminer-4.11.1-joined': 'avalon-1047',
  'bfgminer-live': 'bfgminer',
  'braiins-bosminerplus-0.2-s9': 'braiins',
  'cgminer-live': 'cgminer',
  'elphapex-dg1plus': 'elphapex-dg1',
  'hammer-d10': 'hammer-d10',
  'luxos-2025.4-s19kpro': 'luxos',
  'whatsminer-api-v1.4': 'whatsminer',
};
