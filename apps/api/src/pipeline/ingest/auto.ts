import type { Dataset } from '@watchfloor/contracts';
import { FORMATS, formatOf } from './formats';
import type { LineReader, ReadingContext, ReadOutcome } from './format';
import { reject } from './rejection';

/**
 * Reads lines of any dataset, each as what it surely is. A log rarely changes its format, so the dataset of the line
 * before is asked first; the others follow in the order of `FORMATS`. Every dataset keeps one reader of its own.
 */
export class AutoReader implements LineReader {
  private readonly readers = new Map<Dataset, LineReader>();
  private last: Dataset | undefined;

  constructor(private readonly context: ReadingContext) {}

  get yearsInferred(): boolean {
    return [...this.readers.values()].some((reader) => reader.yearsInferred === true);
  }

  read(line: string): ReadOutcome {
    const dataset = this.datasetOf(line);
    if (dataset === undefined) return reject('unrecognised_dataset', 'the form of no dataset');
    return this.readerOf(dataset).read(line);
  }

  /** The dataset that a line surely is of. */
  datasetOf(line: string): Dataset | undefined {
    if (this.last !== undefined && formatOf(this.last).recognises(line)) return this.last;
    for (const format of FORMATS) {
      if (format.dataset === this.last || !format.recognises(line)) continue;
      this.last = format.dataset;
      return format.dataset;
    }
    return undefined;
  }

  patternOf(line: string): string {
    const dataset = this.datasetOf(line);
    return (dataset && this.readerOf(dataset).patternOf?.(line)) ?? '';
  }

  private readerOf(dataset: Dataset): LineReader {
    let reader = this.readers.get(dataset);
    if (reader === undefined) {
      reader = formatOf(dataset).reader(this.context);
      this.readers.set(dataset, reader);
    }
    return reader;
  }
}
