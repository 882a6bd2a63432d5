import { Type, type Static } from '@sinclair/typebox';

/** The raw formats that normalisation reads, in the order of the documentation. `auto` is a request, not a format. */
export const DATASETS = [
  'openssh',
  'linux.auth',
  'nginx.access',
  'nginx.error',
  'apache.access',
  'apache.error',
  'suricata.eve',
  'zeek',
  'iptables',
  'cowrie',
  'watchfloor',
] as const;

export const DatasetSchema = Type.Union(DATASETS.map((name) => Type.Literal(name)));

/** Names a raw format. */
export type Dataset = (typeof DATASETS)[number];

/** What a caller may ask for: one format, or `auto` to have each line recognised. */
export type RequestedDataset = Dataset | 'auto';

/** True when `name` is a dataset or `auto`. */
export function isRequestedDataset(name: string): name is RequestedDataset {
  return name === 'auto' || (DATASETS as readonly string[]).includes(name);
}

export type DatasetStatic = Static<typeof DatasetSchema>;
