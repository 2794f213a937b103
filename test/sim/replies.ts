import { KINDS } from './immersion.ts';
import { CHAINS, CHIPS_PER_CHAIN, chainErrors, coolerBy, FREQUENCY, type MinerSample, RATED_THS } from './physics.ts';

/**
 * What an Antminer S21 XP Hyd. on stock firmware says on its port 4028, in both styles. The texts are put together
 * from ready-made parts with the numbers between them: thousands of these leave the simulator every second.
 *
 * Kept as on the device: `rate_ideal` is the sum over the chains, `rate_5s` the sum of `rate_real`, `asic` has one
 * letter per chip, `hw_all` is the sum of `hw`, four fans stand still because there are none, and water temperatures
 * hide in `temp_pcb`: inlet [0], outlet [2]; the chip's is `temp_pic[0]` while `temp_chip` is all 0.
 */

const FIRMWARE = 'uart_trans.1.3';
const COMPILED = 'Mon Jan  6 15:20:11 CST 2025';
const DESCRIPTION = 'cgminer 1.0.0';
const UPDATED = 'uart_trans.1.4';
const firmwareOf = (m: Pick<MinerSample, 'updated'>): string => (m.updated ? UPDATED : FIRMWARE);

/** GH/s; the three sum to the unit's ideal rate. */
const CHAIN_IDEAL = [157_666, 157_667, 157_667] as const;

/** Of one board of any kind of miner. */
const idealOf = (m: MinerSample, chain: number): number =>
  Math.round((CHAIN_IDEAL[chain] ?? 0) * (m.kind.ths / RATED_THS));

const letters = (letter: string): string =>
  Array(CHIPS_PER_CHAIN / 2)
    .fill(letter.repeat(2))
    .join(' ');
const GOOD = letters('o');
const BAD = letters('x');
/** The temperature of each chip as the firmware counts it: the values hardly move, only the size matters here. */
const TPL = Array.from({ length: CHIPS_PER_CHAIN }, (_, i) => 52 + ((i * 7) % 11)).join(',');

const fixed = (value: number): string => value.toFixed(2);

/** The serial number of a miner's board: unique on the site. */
function boardSerial(index: number, chain: number): string {
  return `SMTTYRHBDJA${index.toString(36).toUpperCase().padStart(5, '0')}${chain}`;
}

/** The serial number of the whole miner. */
function minerSerial({ kind, identity }: MinerSample): string {
  const batch = kind === KINDS.hydro ? 'A' : 'B';
  return `SMTTATUBDJ${batch}${identity.toString(36).toUpperCase().padStart(5, '0')}A`;
}

/** Locally administered, unique on the site. */
function minerMac({ kind, mac }: MinerSample): string {
  const first = kind === KINDS.hydro ? 0x02_00_00_00_00_00 : 0x02_01_00_00_00_00;
  const digits = (first + mac + 1).toString(16).padStart(12, '0');
  return digits.match(/../g)!.join(':');
}

/** The number by which the old style names the control board. */
function minerNumber(index: number): string {
  return `8144d5ca${(index + 1).toString(16).padStart(8, '0')}`;
}

// `serinum` and `macaddr` are what the device's own web page calls them. Nobody has recorded a hydro Antminer yet; that
// this reply carries them is our assumption.
const newHead = (m: MinerSample, what: string, when: number): string =>
  `{"STATUS":{"STATUS":"S","when":${when},"Msg":"${what}","api_version":"1.0.0"},` +
  `"INFO":{"miner_version":"${firmwareOf(m)}","CompileTime":"${COMPILED}","type":"${m.kind.miner}",` +
  `"serinum":"${minerSerial(m)}","macaddr":"${minerMac(m)}"},`;

const newRates = (m: MinerSample): string =>
  `"elapsed":${m.uptimeS},"rate_5s":${fixed(m.hashrateThs * 1000)},"rate_30m":${fixed(m.averageThs * 1000)},` +
  `"rate_avg":${fixed(m.averageThs * 1000)},"rate_ideal":${m.kind.ths * 1000}.0,"rate_unit":"GH/s",`;

/** `{"command":"stats","new_api":true}`; `when` in seconds since 1970. */
export function newStats(m: MinerSample, when: number): string {
  const jt = m.averageThs > 0 ? m.watts / m.averageThs : 0;
  return (
    `${newHead(m, 'stats', when)}"STATS":[{${newRates(m)}"chain_num":${CHAINS},"fan_num":4,"fan":[0,0,0,0],` +
    `"hwp_total":0.0002,"miner-mode":${m.state === 'asleep' ? 1 : 0},"freq-level":100,"watt":${Math.round(m.watts)},` +
    `"jt":${fixed(jt)},"psu":{"index":0,"status":"ok"},"chain":[${newChain(m, 0)},${newChain(m, 1)},${newChain(m, 2)}]}]}`
  );
}

function newChain(m: MinerSample, chain: number): string {
  const there = chain < m.boards;
  const pcb = `[${m.inletC},${m.boardC},${m.outletC},${m.boardC}]`;
  const pic = `[${m.chipC - coolerBy(m, chain)},${m.boardC},${m.boardC},${m.boardC}]`;
  return (
    `{"index":${chain},"freq_avg":${there ? FREQUENCY : 0},"rate_ideal":${idealOf(m, chain)}.0,` +
    `"rate_real":${fixed(m.chainGhs[chain] ?? 0)},"asic_num":${there ? CHIPS_PER_CHAIN : 0},` +
    `"asic":"${there ? (m.state === 'hashing' ? GOOD : BAD) : ''}",` +
    `"temp_pic":${there ? pic : '[0,0,0,0]'},"temp_pcb":${there ? pcb : '[0,0,0,0]'},` +
    // No water flows through one that stands in oil: its chips are told where air-cooled ones tell them.
    `"temp_chip":${there && m.kind !== KINDS.hydro ? pic : '[0,0,0,0]'},` +
    `"hw":${chainErrors(m.hwErrors, chain)},"hwp":0.0002,"eeprom_loaded":${there},` +
    `"sn":"${there ? boardSerial(m.identity, chain) : ''}","tpl":[${there ? TPL : ''}]}`
  );
}

export function newSummary(m: MinerSample, when: number): string {
  const hot = m.state === 'tripped';
  return (
    `${newHead(m, 'summary', when)}"SUMMARY":[{${newRates(m)}"hw_all":${m.hwErrors},"bestshare":727920402,"status":[` +
    `{"type":"rate","status":"${m.state === 'hashing' ? 's' : 'e'}","code":0,"msg":""},` +
    `{"type":"network","status":"s","code":0,"msg":""},{"type":"fans","status":"s","code":0,"msg":""},` +
    `{"type":"temp","status":"${hot ? 'e' : 's'}","code":0,"msg":"${hot ? 'P:1' : ''}"}]}]}`
  );
}

export function newPools(m: MinerSample, when: number): string {
  const pool = (i: number) =>
    `{"index":${i},"url":"${i ? '' : poolOf(m).url}","user":"${i ? '' : workerOf(m)}","status":"${i ? 'Dead' : poolState(m)}",` +
    `"priority":${i},"getworks":${i ? 0 : Math.floor(m.sharesAccepted / 2)},"accepted":${i ? 0 : m.sharesAccepted},` +
    `"rejected":${i ? 0 : rejected(m)},"discarded":0,"stale":0,"diff":"${i ? '' : '524K'}","diff1":0,` +
    `"diffa":${i ? 0 : m.sharesAccepted * 524_288},"diffr":${i ? 0 : rejected(m) * 524_288},"diffs":0,` +
    `"lsdiff":${i ? 0 : 524_288},"lstime":"${i ? '0' : '0:00:03'}"}`;
  return `${newHead(m, 'pools', when)}"POOLS":[${pool(0)},${pool(1)},${pool(2)}],"Device Total Rejected":0}`;
}

/** The site's pool, and one that nobody here has chosen. Each miner is a worker of its own of the account. */
const HOME = { url: 'stratum+tcp://pool.hearst.example:3333', worker: 'hearst' };
const ELSEWHERE = { url: 'stratum+tcp://pool.elsewhere.example:3333', worker: 'mallory' };
const MISPAID = { url: HOME.url, worker: ELSEWHERE.worker };
export const poolOf = (m: Pick<MinerSample, 'elsewhere' | 'strangeWorker'>): typeof HOME =>
  m.elsewhere ? ELSEWHERE : m.strangeWorker ? MISPAID : HOME;
const workerOf = (m: MinerSample): string => `${poolOf(m).worker}.m${m.index}`;

const poolState = (m: MinerSample): string => (m.state === 'asleep' ? 'Disabled' : 'Alive');
const rejected = (m: MinerSample): number => Math.floor(m.sharesAccepted / 1000);

const oldHead = (code: number, message: string, when: number): string =>
  `{"STATUS":[{"STATUS":"S","When":${when},"Code":${code},"Msg":"${message}","Description":"${DESCRIPTION}"}],`;

const versionOf = (m: MinerSample): string =>
  `"BMMiner":"1.0.0","Miner":"${firmwareOf(m)}","CompileTime":"${COMPILED}","Type":"${m.kind.miner}"`;

/** One `"name1":value,...` run over the four chain places of the old style; the fourth is always empty. */
function places(name: string, value: (chain: number) => string | number, empty: string | number): string {
  return `"${name}1":${value(0)},"${name}2":${value(1)},"${name}3":${value(2)},"${name}4":${empty},`;
}

/** `{"command":"stats"}`. Sleep cannot be told from failure here: rates are 0 and `Mode` stays 2, as on the S19. */
export function oldStats(m: MinerSample, when: number): string {
  const there = (chain: number) => chain < m.boards;
  const sensors = (...values: number[]) => `"${values.join('-')}"`;
  const total = fixed(m.hashrateThs * 1000);
  const average = fixed(m.averageThs * 1000);
  return (
    `${oldHead(70, 'CGMiner stats', when)}"STATS":[{${versionOf(m)}},{"STATS":0,"ID":"BTM_SOC0","Elapsed":${m.uptimeS},` +
    `"Calls":0,"Wait":0,"Max":0,"Min":99999999,"GHS 5s":${total},"GHS av":${average},"rate_30m":${average},"Mode":2,` +
    `"miner_count":${m.boards},"frequency":${FREQUENCY},"fan_num":4,"fan1":0,"fan2":0,"fan3":0,"fan4":0,` +
    `"temp_num":${m.boards},"temp1":${m.boardC},"temp2_1":0,"temp2":${m.boardC},"temp2_2":0,"temp3":${m.boardC},"temp2_3":0,` +
    places('temp_pcb', (c) => (there(c) ? sensors(m.inletC, m.boardC, m.outletC, m.boardC) : EMPTY), EMPTY) +
    places(
      'temp_chip',
      (c) => (there(c) && m.kind !== KINDS.hydro ? sensors(m.chipC - coolerBy(m, c)) : EMPTY),
      EMPTY,
    ) +
    places(
      'temp_pic',
      (c) => (there(c) ? sensors(m.chipC - coolerBy(m, c), m.boardC, m.boardC, m.boardC) : EMPTY),
      EMPTY,
    ) +
    `"total_rateideal":${m.kind.ths * 1000}.0,"rate_unit":"GH","total_freqavg":${FREQUENCY},` +
    `"total_acn":${m.boards * CHIPS_PER_CHAIN},"total rate":${average},"temp_max":0,"no_matching_work":${m.hwErrors},` +
    places('chain_acn', (c) => (there(c) ? CHIPS_PER_CHAIN : 0), 0) +
    places('chain_acs', (c) => (there(c) ? `" ${m.state === 'hashing' ? GOOD : BAD}"` : '""'), '""') +
    places('chain_hw', (c) => chainErrors(m.hwErrors, c), 0) +
    places('chain_rate', (c) => (there(c) ? `"${fixed(m.chainGhs[c] ?? 0)}"` : '""'), '""') +
    places('chain_rateideal', (c) => `${idealOf(m, c)}.0`, 0) +
    places('chain_tpl', (c) => (there(c) ? `"${TPL}"` : '""'), '""') +
    places('freq', (c) => (there(c) ? FREQUENCY : 0), 0) +
    `"miner_version":"${firmwareOf(m)}","miner_id":"${minerNumber(m.identity)}"}],"id":1}`
  );
}

const EMPTY = '"0-0-0-0"';

export function oldSummary(m: MinerSample, when: number): string {
  const average = fixed(m.averageThs * 1000);
  return (
    `${oldHead(11, 'Summary', when)}"SUMMARY":[{"Elapsed":${m.uptimeS},"GHS 5s":${fixed(m.hashrateThs * 1000)},` +
    `"GHS av":${average},"GHS 30m":${average},"Found Blocks":0,"Getwork":${Math.floor(m.sharesAccepted / 2)},` +
    `"Accepted":${m.sharesAccepted},"Rejected":${rejected(m)},"Hardware Errors":${m.hwErrors},"Utility":11.35,` +
    `"Discarded":${m.sharesAccepted * 496},"Stale":0,"Get Failures":0,"Local Work":${m.sharesAccepted * 497},` +
    `"Remote Failures":0,"Network Blocks":102,"Total MH":${Math.round(m.averageThs * 1e6 * m.uptimeS)}.0,` +
    `"Work Utility":2829363.48,"Difficulty Accepted":${m.sharesAccepted * 524_288}.0,` +
    `"Difficulty Rejected":${rejected(m) * 524_288}.0,"Difficulty Stale":0.0,"Best Share":5254813688,` +
    `"Device Hardware%":0.0,"Device Rejected%":0.0,"Pool Rejected%":0.0,"Pool Stale%":0.0,"Last getwork":${when}}],"id":1}`
  );
}

/** With the firmware's own spelling: `Deed`, `Pool Stale%%`. */
export function oldPools(m: MinerSample, when: number): string {
  const pool = (i: number) =>
    `{"POOL":${i},"URL":"${i ? '' : poolOf(m).url}","Status":"${i ? 'Deed' : poolState(m)}","Priority":${i},"Quota":1,` +
    `"Long Poll":"N","Getworks":${i ? 0 : Math.floor(m.sharesAccepted / 2)},"Accepted":${i ? 0 : m.sharesAccepted},` +
    `"Rejected":${i ? 0 : rejected(m)},"Discarded":0,"Stale":0,"Get Failures":0,"Remote Failures":0,` +
    `"User":"${i ? '' : workerOf(m)}","Last Share Time":"${i ? '0' : '0:00:03'}","Diff":"${i ? '' : '524K'}",` +
    `"Diff1 Shares":0,"Proxy Type":"","Proxy":"","Difficulty Accepted":${i ? 0 : m.sharesAccepted * 524_288}.0,` +
    `"Difficulty Rejected":${i ? 0 : rejected(m) * 524_288}.0,"Difficulty Stale":0.0,` +
    `"Last Share Difficulty":${i ? '0.0' : '524288.0'},"Has Stratum":${!i},"Stratum Active":${!i && m.state === 'hashing'},` +
    `"Stratum URL":"${i ? '' : URL.parse(poolOf(m).url)?.hostname}","Has GBT":false,"Best Share":${i ? '0.0' : '5254813688.0'},` +
    `"Pool Rejected%":0.0,"Pool Stale%%":0.0}`;
  return `${oldHead(7, '3 Pool(s)', when)}"POOLS":[${pool(0)},${pool(1)},${pool(2)}],"id":1}`;
}

/** Stock firmware reports nothing but zeros for the rates here. */
export function devs(m: MinerSample, when: number): string {
  return (
    `${oldHead(9, '1 ASC(s)', when)}"DEVS":[{"ASC":0,"Name":"BTM_SOC","ID":0,"Enabled":"Y","Status":"Alive",` +
    `"Tenperature":0.0,"MHS av":0.0,"MHS 5s":0.0,"Accepted":${m.sharesAccepted},"Rejected":${rejected(m)},` +
    `"Hardware Errors":0,"Utility":0.0,"Last Share Pool":0,"Last Share Time":${when},"Total MH":0.0,"Diff1 Work":0,` +
    `"Difficulty Accepted":${m.sharesAccepted * 524_288},"Difficulty Rejected":${rejected(m) * 524_288},` +
    `"Last Share Difficulty":${when},"Last Valid Work":${when},"Device Hardware%":0.0,"Device Rejected%":0.0,` +
    `"Device Elapsed":${m.uptimeS}}],"id":1}`
  );
}

export function version(m: MinerSample, when: number): string {
  return (
    `${oldHead(22, 'CGMiner versions', when)}"VERSION":[{"BMMiner":"1.0.0","API":"3.1","Miner":"${firmwareOf(m)}",` +
    `"CompileTime":"${COMPILED}","Type":"${m.kind.miner}"}],"id":1}`
  );
}

/** An error: 14 unknown command, 23 invalid JSON, 24 no command, 45 not allowed. */
export function failure(code: number, message: string, when: number): string {
  return (
    `{"STATUS":[{"STATUS":"E","When":${when},"Code":${code},"Msg":${JSON.stringify(message)},` +
    `"Description":"${DESCRIPTION}"}],"id":1}`
  );
}
