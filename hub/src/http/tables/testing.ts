import { inflateRawSync } from 'node:zlib';

/** Opens an XLSX again without the library that wrote it. For tests only. */

/** A cell as it stands in a sheet: its text, number or boolean; the number format of a time; never a formula. */
export interface ReadCell {
  readonly value: string | number | boolean;
  readonly format?: string;
}

/** The cells of a sheet by their address (`B2`), and its XML. */
export interface ReadSheet {
  readonly xml: string;
  readonly cells: ReadonlyMap<string, ReadCell>;
}

/** The sheets of a workbook by name, in their order. */
export function readXlsx(bytes: Uint8Array): Map<string, ReadSheet> {
  const files = unzip(bytes);
  const texts = [...files.get('xl/sharedStrings.xml')!.matchAll(/<si><t[^>]*>([^<]*)<\/t><\/si>/g)].map(([, text]) =>
    decodeText(text!),
  );
  const formats = numberFormats(files.get('xl/styles.xml')!);
  const names = [...files.get('xl/workbook.xml')!.matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name]) => name!);
  return new Map(
    names.map((name, i) => {
      const xml = files.get(`xl/worksheets/sheet${i + 1}.xml`)!;
      return [name, { xml, cells: readCells(xml, texts, formats) }];
    }),
  );
}

function readCells(xml: string, texts: readonly string[], formats: readonly (string | undefined)[]) {
  const cells = new Map<string, ReadCell>();
  for (const [whole, attributes] of xml.matchAll(/<c ([^>]*)>.*?<\/c>/gs)) {
    const {
      r: address,
      s: style,
      t: type,
    } = Object.fromEntries([...attributes!.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const content = /<v>([^<]*)<\/v><\/c>$/.exec(whole)?.[1];
    if (address === undefined || content === undefined) throw new Error(`not a plain cell: ${whole}`);
    const value = type === 's' ? texts[Number(content)] : type === 'b' ? content === '1' : Number(content);
    if (value === undefined || Number.isNaN(value)) throw new Error(`not a value: ${whole}`);
    const format = formats[Number(style)];
    cells.set(address, { value, ...(format === undefined ? {} : { format }) });
  }
  return cells;
}

/** The number format of each cell style. */
function numberFormats(styles: string): (string | undefined)[] {
  const formats = new Map(
    [...styles.matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map(([, id, code]) => [id, code]),
  );
  const cellStyles = /<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(styles)![1]!;
  return [...cellStyles.matchAll(/<xf ([^>]*)>/g)].map(([, xf]) => formats.get(/numFmtId="(\d+)"/.exec(xf!)?.[1]));
}

/** Text content as a spreadsheet shows it: XML's entities, then the `_xHHHH_` of ECMA-376. */
function decodeText(xml: string): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

const CENTRAL_ENTRY = 0x02014b50;
const END_OF_CENTRAL_DIRECTORY = 0x06054b50;

/** The files of a zip archive, as text. */
function unzip(bytes: Uint8Array): Map<string, string> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== END_OF_CENTRAL_DIRECTORY) throw new Error('not a zip archive');
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    if (zip.readUInt32LE(at) !== CENTRAL_ENTRY) throw new Error('a broken central directory');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const header = zip.readUInt32LE(at + 42);
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const content = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const stored = zip.readUInt16LE(at + 10) === 0;
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength!);
    files.set(name, (stored ? content : inflateRawSync(content)).toString('utf8'));
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return files;
}
