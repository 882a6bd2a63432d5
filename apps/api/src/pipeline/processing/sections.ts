/** A named part of a table file. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Int16Array;
export type Sections = Readonly<Record<string, Column>>;

/** The file begins with these bytes and the length of the header, a JSON text that lists the sections. */
const MAGIC = 0x5746_5442;
const ALIGNMENT = 8;
const PREFIX_BYTES = 8;

const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i16: Int16Array } as const;
type Kind = keyof typeof KINDS;

/** The typed array of each kind. */
export interface ColumnOf {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  i16: Int16Array;
}

interface Header {
  /** What the file was made from; whoever reads it decides whether that still holds. */
  readonly about: unknown;
  readonly bytes: number;
  readonly sections: readonly { name: string; kind: Kind; offset: number; length: number }[];
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

const kindOf = (column: Column): Kind =>
  column instanceof Uint8Array
    ? 'u8'
    : column instanceof Uint16Array
      ? 'u16'
      : column instanceof Uint32Array
        ? 'u32'
        : 'i16';

/**
 * Lays typed arrays one after the other, each on a boundary of 8 bytes, so that reading them back copies nothing. Numbers
 * are in the order of this machine: the file is a cache, not an exchange format.
 */
export function packSections(about: unknown, sections: Sections): Uint8Array {
  let offset = 0;
  const listed = Object.entries(sections).map(([name, column]) => {
    const entry = { name, kind: kindOf(column), offset, length: column.length };
    offset += aligned(column.byteLength);
    return entry;
  });
  const header: Header = { about, bytes: offset, sections: listed };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const base = aligned(PREFIX_BYTES + text.length);
  const file = new Uint8Array(base + offset);
  new Uint32Array(file.buffer, 0, 2).set([MAGIC, text.length]);
  file.set(text, PREFIX_BYTES);
  listed.forEach(({ name, offset: at }) => {
    const column = sections[name];
    if (column) file.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), base + at);
  });
  return file;
}

/** Reads what `packSections` wrote, as views into `file`; undefined when it is something else or cut short. */
export function unpackSections(file: Uint8Array): { about: unknown; sections: Sections } | undefined {
  const own = file.byteOffset % ALIGNMENT === 0 ? file : Uint8Array.from(file);
  if (own.byteLength < PREFIX_BYTES) return undefined;
  const [magic, headerLength = 0] = new Uint32Array(own.buffer, own.byteOffset, 2);
  if (magic !== MAGIC || own.byteLength < PREFIX_BYTES + headerLength) return undefined;
  const header = JSON.parse(
    new TextDecoder().decode(own.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength)),
  ) as Header;
  const base = aligned(PREFIX_BYTES + headerLength);
  if (own.byteLength !== base + header.bytes) return undefined;
  const sections = header.sections.map(({ name, kind, offset, length }) => [
    name,
    new KINDS[kind](own.buffer as ArrayBuffer, own.byteOffset + base + offset, length),
  ]);
  return { about: header.about, sections: Object.fromEntries(sections) as Sections };
}

/** @throws TypeError when the section is missing or of another kind: the file was written by another version. */
export function section<K extends keyof ColumnOf>(sections: Sections, kind: K, name: string): ColumnOf[K] {
  const column = sections[name];
  if (!(column instanceof KINDS[kind])) throw new TypeError(`no section ${name} of kind ${kind}`);
  return column as ColumnOf[K];
}
