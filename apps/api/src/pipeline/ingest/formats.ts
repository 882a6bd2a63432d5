import type { Dataset } from '@watchfloor/contracts';
import type { Format } from './format';
import { apacheAccess } from './formats/apache-access';
import { apacheError } from './formats/apache-error';
import { cowrie } from './formats/cowrie';
import { iptables } from './formats/iptables';
import { linuxAuth } from './formats/linux-auth';
import { nginxAccess } from './formats/nginx-access';
import { nginxError } from './formats/nginx-error';
import { openssh } from './formats/openssh';
import { suricataEve } from './formats/suricata-eve';
import { watchfloor } from './formats/watchfloor';
import { zeek } from './formats/zeek';

/**
 * Every format that can be read, in the order in which `auto` asks them: the one with the more certain marks first
 * where two could claim a line (Suricata before Zeek, Apache's own marks before any access line, sshd before the other programs
 * of an authentication log).
 */
export const FORMATS: readonly Format[] = [
  suricataEve,
  cowrie,
  zeek,
  watchfloor,
  nginxError,
  apacheError,
  iptables,
  apacheAccess,
  nginxAccess,
  openssh,
  linuxAuth,
];

const BY_DATASET: ReadonlyMap<Dataset, Format> = new Map(FORMATS.map((format) => [format.dataset, format]));

/** The format of a dataset. */
export function formatOf(dataset: Dataset): Format {
  const format = BY_DATASET.get(dataset);
  if (format === undefined) throw new RangeError(`no format reads ${dataset}`);
  return format;
}
