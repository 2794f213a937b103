import { parentPort, workerData } from 'node:worker_threads';
import writeXlsxFile, { type Cell as XlsxCell } from 'write-excel-file/node';
import type { Cell } from './table.ts';
import type { Workbook } from './xlsx.ts';

/** The thread that makes one workbook from `workerData` and posts its bytes. */

const TIME_FORMAT = 'yyyy-mm-dd hh:mm:ss';
const TIME_WIDTH = 20;
/** The most characters that Excel takes in a cell. */
const MAX_TEXT = 32_767;
const CUT = '... (cut here: Excel takes no more; format=csv has it whole)';

/** Times, numbers and booleans as such; text always as text, so that nothing in it is ever a formula. */
function xlsxCell(cell: Cell): XlsxCell {
  if (cell instanceof Date) return { value: cell, type: Date, format: TIME_FORMAT };
  return typeof cell === 'string' ? { value: xlsxText(cell), type: String } : cell;
}

function xlsxText(text: string): string {
  const whole = text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT - CUT.length) + CUT;
  const escaped = whole
    .toWellFormed()
    .replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd-\uffff]/g, escapeCharacter);
  // The library looks texts up in a plain object, where `constructor` seems to be known already. A NUL tells them
  // apart there, and is left out where the text is written.
  return escaped in Object.prototype ? `${escaped}\0` : escaped;
}

/** What XML cannot hold, or would change, as ECMA-376 writes it (ST_Xstring): a carriage return is `_x000D_`. */
function escapeCharacter(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

const { header, rows, facts } = workerData as Workbook;
const bold = (text: string): XlsxCell => ({ value: xlsxText(text), type: String, fontWeight: 'bold' });
const holdsTimes = (column: number) => rows.some((row) => row[column] instanceof Date);

const file = await writeXlsxFile([
  {
    sheet: 'data',
    stickyRowsCount: 1,
    columns: header.map((key, i) => ({ width: Math.max(key.length + 2, holdsTimes(i) ? TIME_WIDTH : 0) })),
    data: [header.map(bold), ...rows.map((row) => row.map(xlsxCell))],
  },
  {
    sheet: 'about',
    columns: [{ width: TIME_WIDTH }, { width: 80 }],
    data: facts.map(([label, fact]) => [bold(label), xlsxCell(fact)]),
  },
]).toBuffer();
const bytes = new Uint8Array(file);
parentPort!.postMessage(bytes, [bytes.buffer]);
