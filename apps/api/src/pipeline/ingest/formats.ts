import type { Dataset } from '@watchfloor/contracts';
import type { Format } from './format';

/**
 * Every format that can be read, by dataset. The order is that in which `auto` asks them: the formats with the most
 * certain marks first.
 */
export const FORMATS: Readonly<Partial<Record<Dataset, Format>>> = {};
