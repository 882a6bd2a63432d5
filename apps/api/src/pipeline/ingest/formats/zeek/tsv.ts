import type { JsonRecord } from '../json-record';

/** The header of a Zeek TSV log (https://docs.zeek.org/en/master/log-formats.html), as far as it is known. */
export interface TsvHeader {
  separator: string;
  setSeparator: string;
  emptyField: string;
  unsetField: string;
  path: string | undefined;
  fields: readonly string[] | undefined;
  types: readonly string[];
}

/** In characters of its escaped form; Zeek itself allows one byte. */
const LONGEST_SEPARATOR = 32;

export function newHeader(): TsvHeader {
  return {
    separator: '\t',
    setSeparator: ',',
    emptyField: '(empty)',
    unsetField: '-',
    path: undefined,
    fields: undefined,
    types: [],
  };
}

/** Takes one `#` line into the header. A `#separator` begins a new one; names that are not known are passed over. */
export function readHeaderLine(line: string, header: TsvHeader): TsvHeader {
  if (line.startsWith('#separator '))
    return { ...newHeader(), separator: unescapeTsv(line.slice(11, 11 + LONGEST_SEPARATOR).trim()) || '\t' };
  const [name, ...values] = line.split(header.separator);
  const first = values[0] ?? '';
  switch (name) {
    case '#set_separator':
      return { ...header, setSeparator: unescapeTsv(first) || ',' };
    case '#empty_field':
      return { ...header, emptyField: first };
    case '#unset_field':
      return { ...header, unsetField: first };
    case '#path':
      return { ...header, path: first };
    case '#fields':
      return { ...header, fields: values };
    case '#types':
      return { ...header, types: values };
    default:
      return header;
  }
}

/**
 * The record in one line: unset fields are absent, sets and vectors are lists, `T` and `F` booleans, everything else text.
 * Undefined when the line has not the columns of the header.
 */
export function readRow(line: string, header: TsvHeader): JsonRecord | undefined {
  const { fields } = header;
  if (!fields) return undefined;
  const cells = line.split(header.separator);
  if (cells.length !== fields.length) return undefined;
  const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at];
    const name = fields[at];
    if (cell === undefined || name === undefined || cell === header.unsetField) continue;
    record[name] = readCell(cell, header.types[at] ?? 'string', header);
  }
  return record;
}

function readCell(cell: string, type: string, header: TsvHeader): unknown {
  if (type.startsWith('set[') || type.startsWith('vector[') || type.startsWith('table[')) {
    return cell === header.emptyField ? [] : cell.split(header.setSeparator).map(unescapeTsv);
  }
  if (type === 'bool') return cell === 'T';
  return cell === header.emptyField ? '' : unescapeTsv(cell);
}

/** Zeek writes the separator, `-` on its own and bytes that cannot be printed as `\x2d`. */
export function unescapeTsv(text: string): string {
  return text.includes('\\x')
    ? text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;
}
