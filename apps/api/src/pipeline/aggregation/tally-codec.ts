import { ByteReader, ByteWriter } from './byte-writer';
import { DistinctCount } from './distinct-count';
import type { KeyTable } from './key-table';
import { type Dimension, DIMENSIONS, isNamed, isSketched, type Tally, type Vocabulary } from './tally';

/** A tally as it travels and is stored, without a vocabulary: every key is written once in each dimension. */
export type EncodedTally = Uint8Array;

/** First byte of an encoded tally: how the rest is to be read. */
const FORM = 1;

/** Stands before a key that was not written yet; a known one has its place + 1. */
const NEW_KEY = 0;

/** Places above which marks are begun anew, far enough below 2^32 for those of one more dimension. */
const MOST_MARKS = 2 ** 31;

/**
 * For each key the mark under which it was written last, over all dimensions and tallies: a key is new to a dimension when its mark
 * is none of those given out for that. A list for each dimension would take as long as all keys of a vocabulary are many, for a
 * window with one of them.
 */
let marks = new Uint32Array(1_024);
let marksGiven = 0;

/** Ends the entries of a dimension; a facet has its place + 1. */
const END = 0;

/** The bytes of a tally. */
export function encodeTally(tally: Tally): EncodedTally {
  const writer = new ByteWriter();
  writer.number(FORM);
  writer.number(tally.events);
  writer.number(tally.late);
  const places = new Map<number, number>();
  writer.number(tally.facets.size);
  for (const [facet, events] of tally.facets) {
    places.set(facet, places.size + 1);
    writeKey(writer, tally.vocabulary.facets, facet);
    writer.number(events);
  }
  for (const dimension of DIMENSIONS) writeDimension(writer, tally, dimension, places);
  return writer.take();
}

function writeDimension(
  writer: ByteWriter,
  tally: Tally,
  dimension: Dimension,
  places: ReadonlyMap<number, number>,
): void {
  const counts = tally.counts[dimension];
  writer.number(counts.error);
  const sketch = isSketched(dimension) ? tally.sketches.get(dimension) : undefined;
  writer.number(sketch?.registers.length ?? 0);
  if (sketch) writer.raw(sketch.registers);
  const keys = isNamed(dimension) ? tally.vocabulary[dimension] : undefined;
  const given = makeMarks(keys?.bound ?? 0);
  writer.number(counts.size);
  counts.forEach((facet, key, count) => {
    writer.number(places.get(facet) ?? END);
    if (keys === undefined) writer.number(key);
    else if ((marks[key] as number) <= given) {
      marks[key] = ++marksGiven;
      writer.number(NEW_KEY);
      writeKey(writer, keys, key);
    } else writer.number((marks[key] as number) - given);
    writer.number(count);
  });
  writer.number(END);
}

/** Makes marks for keys below `bound`; those given out so far are all of other dimensions. */
function makeMarks(bound: number): number {
  if (marks.length < bound) marks = new Uint32Array(bound * 2);
  if (marksGiven > MOST_MARKS) {
    marks.fill(0);
    marksGiven = 0;
  }
  return marksGiven;
}

function writeKey(writer: ByteWriter, keys: KeyTable, id: number): void {
  const bytes = keys.bytes(id);
  writer.number(bytes.length);
  writer.raw(bytes);
}

/** How many events an encoded tally counts. */
export function eventsIn(encoded: EncodedTally): number {
  const reader = new ByteReader(encoded);
  expectForm(reader);
  return reader.number();
}

/**
 * Adds an encoded tally to each of `targets`, which share a vocabulary: read once, without a tally in between.
 * Throws when the bytes are no tally.
 */
export function addEncoded(encoded: EncodedTally, vocabulary: Vocabulary, targets: readonly Tally[]): void {
  const reader = new ByteReader(encoded);
  expectForm(reader);
  const [events, late] = [reader.number(), reader.number()];
  const facets: number[] = [];
  const byFacet = Array.from({ length: reader.number() }, () => {
    const length = reader.number();
    const from = reader.skip(length);
    const facet = vocabulary.facet(reader.bytes, from, from + length);
    facets.push(facet);
    return reader.number();
  });
  for (const target of targets) {
    target.events += events;
    target.late += late;
    facets.forEach((facet, i) =>
      target.facets.set(facet, (target.facets.get(facet) ?? 0) + (byFacet[i] as number)),
    );
  }
  for (const dimension of DIMENSIONS) readDimension(reader, { dimension, facets, vocabulary, targets });
}

interface Reading {
  readonly dimension: Dimension;
  readonly facets: readonly number[];
  readonly vocabulary: Vocabulary;
  readonly targets: readonly Tally[];
}

function readDimension(reader: ByteReader, { dimension, facets, vocabulary, targets }: Reading): void {
  const tables = targets.map((target) => target.counts[dimension]);
  const error = reader.number();
  for (const table of tables) table.error += error;
  const sketches = readSketch(reader, dimension, targets);
  const keys = isNamed(dimension) ? vocabulary[dimension] : undefined;
  const entries = reader.number();
  // A size that lies must not be believed: an entry takes three bytes.
  if (entries * 3 > reader.bytes.length) throw new RangeError('more entries than bytes');
  for (const table of tables) table.reserve(entries);
  const known: number[] = [];
  for (let place = reader.number(); place !== END; place = reader.number()) {
    const facet = facets[place - 1] as number;
    let key = reader.number();
    if (keys !== undefined) {
      if (key === NEW_KEY) {
        known.push(readKey(reader, keys));
        key = known[known.length - 1] as number;
        for (const sketch of sketches) sketch.add(keys.mark(key));
      } else key = known[key - 1] as number;
    }
    const count = reader.number();
    for (let i = 0; i < tables.length; i++) (tables[i] as (typeof tables)[number]).add(facet, key, count);
  }
}

/** Merges a sketch that came; the answer is the sketches that the keys to come are still to be added to. */
function readSketch(reader: ByteReader, dimension: Dimension, targets: readonly Tally[]): DistinctCount[] {
  const length = reader.number();
  if (!isSketched(dimension)) return [];
  if (length === 0) return targets.flatMap((target) => target.sketches.get(dimension) ?? []);
  const from = reader.skip(length);
  const came = new DistinctCount(reader.bytes.subarray(from, from + length));
  for (const target of targets) target.sketch(dimension).merge(came);
  return [];
}

function readKey(reader: ByteReader, keys: KeyTable): number {
  const length = reader.number();
  const from = reader.skip(length);
  return keys.idOfBytes(reader.bytes, from, from + length);
}

function expectForm(reader: ByteReader): void {
  if (reader.number() !== FORM) throw new RangeError('no tally of this form');
}
