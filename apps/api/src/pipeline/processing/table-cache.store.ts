import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packSections, unpackSections, type Sections } from './sections';

/** A flattened table and what it was made from. */
export interface CachedTable<About> {
  readonly about: About;
  readonly sections: Sections;
  /** Where this process got it from. */
  readonly origin: 'cache' | 'built';
  /** Identifies sources and format: equal versions answer alike. */
  readonly version: string;
}

export interface TableRecipe<About> {
  /** Part of the file name, e.g. `geoip`. */
  readonly name: string;
  /** To be raised when the meaning of a section changes. */
  readonly format: number;
  readonly sources: readonly string[];
  /** Reads the sources; runs only when no cached table fits. */
  build(): Promise<{ about: About; sections: Sections }>;
}

/** Size and time of change stand for the content: hashing 130 MB at every start would cost more than loading. */
async function versionOf({ name, format, sources }: TableRecipe<unknown>): Promise<string> {
  const hash = createHash('sha256').update(`${name} ${format}`);
  for (const source of sources) {
    const { size, mtimeMs } = await stat(source);
    hash.update(`|${source} ${size} ${mtimeMs}`);
  }
  return `${name}-${hash.digest('hex').slice(0, 16)}`;
}

async function read(file: string): Promise<ReturnType<typeof unpackSections>> {
  try {
    return unpackSections(await readFile(file));
  } catch {
    // No file yet, or one that cannot be read: building anew is right in both cases.
    return undefined;
  }
}

/** Writes beside and renames: a process that starts at the same time sees the whole file or none. */
async function write(folder: string, file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const beside = `${file}.${randomUUID()}`;
  try {
    await writeFile(beside, bytes);
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true });
    throw cause;
  }
}

/** Tables of former sources are of no use to anybody. */
async function removeOthers(folder: string, { name }: TableRecipe<unknown>, version: string): Promise<void> {
  const stale = (await readdir(folder)).filter(
    (file) => file.startsWith(`${name}-`) && file.endsWith('.bin') && file !== `${version}.bin`,
  );
  await Promise.all(stale.map((file) => rm(join(folder, file), { force: true })));
}

/**
 * Gives the table of a recipe: from `folder` when one made of the same sources is there, else built and kept there. A
 * folder that cannot be written costs the time of building at every start, nothing else.
 * @throws what reading a source or building throws.
 */
export async function openTable<About>(
  folder: string,
  recipe: TableRecipe<About>,
): Promise<CachedTable<About>> {
  const version = await versionOf(recipe);
  const file = join(folder, `${version}.bin`);
  const cached = await read(file);
  if (cached) return { about: cached.about as About, sections: cached.sections, origin: 'cache', version };
  const built = await recipe.build();
  try {
    await write(folder, file, packSections(built.about, built.sections));
    await removeOthers(folder, recipe, version);
  } catch {
    return { ...built, origin: 'built', version };
  }
  return { ...built, origin: 'built', version };
}
