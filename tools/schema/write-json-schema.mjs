// Writes schema/normalised-event.schema.json from the one definition in libs/contracts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const target = resolve(root, 'schema/normalised-event.schema.json');

const { outputFiles } = await build({
  entryPoints: [resolve(root, 'libs/contracts/src/json-schema.ts')],
  bundle: true,
  format: 'esm',
  write: false,
});
const [{ text: bundle }] = outputFiles;
const { normalisedEventJsonSchema } = await import(
  `data:text/javascript;base64,${Buffer.from(bundle).toString('base64')}`
);

const text = await format(JSON.stringify(normalisedEventJsonSchema()), {
  ...(await resolveConfig(target)),
  parser: 'json',
});
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, text);
process.stdout.write(`${target}\n`);
