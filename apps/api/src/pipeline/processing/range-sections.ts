import type { Ipv4Ranges, Ipv6Ranges, RangeColumns } from './range-table';
import { section, type Sections } from './sections';
import type { TextColumn } from './text-column';

/** The two families of one table, and the texts of its records: what every flattened table consists of, and its records. */
export interface AddressRanges {
  readonly ipv4: Ipv4Ranges;
  readonly ipv6: Ipv6Ranges;
  readonly texts: TextColumn;
}

const columnSections = (prefix: string, { lows, recordLows, recordHighs }: RangeColumns): Sections => ({
  [`${prefix}.lows`]: lows,
  [`${prefix}.recordLows`]: recordLows,
  [`${prefix}.recordHighs`]: recordHighs,
});

const columnsFrom = (sections: Sections, prefix: string): RangeColumns => ({
  lows: section(sections, 'u16', `${prefix}.lows`),
  recordLows: section(sections, 'u16', `${prefix}.recordLows`),
  recordHighs: section(sections, 'u8', `${prefix}.recordHighs`),
});

export function toRangeSections({ ipv4, ipv6, texts }: AddressRanges): Sections {
  return {
    ...columnSections('ipv4', ipv4),
    'ipv4.offsets': ipv4.offsets,
    ...columnSections('ipv6', ipv6),
    'ipv6.offsets': ipv6.offsets,
    'ipv6.uppers': ipv6.uppers,
    'texts.utf8': texts.utf8,
    'texts.ends': texts.ends,
  };
}

/** @throws TypeError when a section is missing. */
export function fromRangeSections(sections: Sections): AddressRanges {
  return {
    ipv4: { ...columnsFrom(sections, 'ipv4'), offsets: section(sections, 'u32', 'ipv4.offsets') },
    ipv6: {
      ...columnsFrom(sections, 'ipv6'),
      offsets: section(sections, 'u32', 'ipv6.offsets'),
      uppers: section(sections, 'u32', 'ipv6.uppers'),
    },
    texts: { utf8: section(sections, 'u8', 'texts.utf8'), ends: section(sections, 'u32', 'texts.ends') },
  };
}
