import type { Dataset } from '@watchfloor/contracts';
import type { Format } from './format';
import { linuxAuth } from './formats/linux-auth';
import { openssh } from './formats/openssh';

/**
 * Every format that can be read, in the order in which `auto` asks them: the one with the more certain marks first
 * where two could claim a line (Suricata before Zeek, sshd before the other programs of an authentication log).
 */
export const FORMATS: readonly Format[] = [openssh, linuxAuth];

const BY_DATASET: ReadonlyMap<Dataset, Format> = new Map(FORMATS.map((format) => [format.dataset, format]));

/** The format of a dataset. */
export function formatOf(dataset: Dataset): Format {
  const format = BY_DATASET.get(dataset);
  if (format === undefined) throw new RangeError(`no format reads ${dataset}`);
  return format;
}
