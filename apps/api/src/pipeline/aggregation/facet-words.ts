import { DATASETS } from '@watchfloor/contracts';
import { COWRIE_ACTIONS } from '../ingest/formats/cowrie/kinds';
import { IPTABLES_ACTIONS } from '../ingest/formats/iptables';
import { LINUX_AUTH_ACTIONS } from '../ingest/formats/linux-auth/actions';
import { SSHD_ACTIONS } from '../ingest/formats/openssh/actions';
import { SURICATA_ACTIONS } from '../ingest/formats/suricata-eve';
import { ACCESS_ACTIONS } from '../ingest/formats/web/access-log';
import { WEB_ERROR_ACTIONS } from '../ingest/formats/web/error-kinds';
import { ZEEK_ACTIONS } from '../ingest/formats/zeek/streams';
import { KnownWords } from './facet';

/** Words of each kind that senders of normalised events may bring before the rest counts as `other`. */
const MOST_WORDS = 512;

/** Every action that a format of ours writes. */
const ACTIONS = [
  ...SSHD_ACTIONS,
  ...LINUX_AUTH_ACTIONS,
  ...ACCESS_ACTIONS,
  ...WEB_ERROR_ACTIONS,
  ...SURICATA_ACTIONS,
  ...ZEEK_ACTIONS,
  ...IPTABLES_ACTIONS,
  ...COWRIE_ACTIONS,
];

const RESERVED = { datasets: [...DATASETS], actions: [...new Set(ACTIONS)] };

/** The words that facets are made of in every process: those of the formats have their place from the start. */
export function createFacetWords(): KnownWords {
  return new KnownWords(MOST_WORDS, RESERVED);
}
