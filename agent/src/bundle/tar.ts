/** One file of an archive. */
export interface ArchiveFile {
  /** At most 100 bytes of ASCII. */
  name: string;
  content: Buffer;
  /** ms since 1970 UTC. */
  at: number;
}

const BLOCK = 512;

/**
 * A tar archive of plain files in the ustar format of POSIX.1-1988, which every tar reads: a header of 512 bytes with
 * octal fields, the content filled up to 512, two empty blocks at the end. Throws for a name that has no room.
 */
export function tarOf(files: readonly ArchiveFile[]): Buffer {
  const parts = files.flatMap((file) => [
    headerOf(file),
    file.content,
    Buffer.alloc(-file.content.length & (BLOCK - 1)),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function headerOf({ name, content, at }: ArchiveFile): Buffer {
  if (!/^[\x20-\x7e]{1,100}$/.test(name)) throw new Error(`no name for an archive: ${JSON.stringify(name)}`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, digits: number): void => {
    header.write(`${value.toString(8).padStart(digits, '0')}\0`, offset, 'ascii');
  };
  header.write(name, 0, 'ascii');
  octal(0o600, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(content.length, 124, 11);
  octal(Math.floor(at / 1000), 136, 11);
  header.write('        ', 148, 'ascii'); // the checksum counts as blanks
  header.write('0', 156, 'ascii');
  header.write('ustar\x0000', 257, 'ascii');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return header;
}
