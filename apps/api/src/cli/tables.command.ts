import type { Command } from 'commander';
import { readConfig } from '../config';
import { openGeoTable } from '../pipeline/processing/geoip.store';
import { openNetworkTable } from '../pipeline/processing/networks.store';
import type { Terminal } from './terminal';

/** `tables`: builds the lookup tables of enrichment where they are missing, in a process that then gives its memory back. */
export function registerTables(program: Command, terminal: Terminal): void {
  program
    .command('tables')
    .description('build the lookup tables of enrichment, which the first start does by itself')
    .action(async () => {
      const { cacheDir, geoipCityDb } = readConfig();
      for (const { about, origin } of [
        await openGeoTable(cacheDir, geoipCityDb),
        await openNetworkTable(cacheDir),
      ]) {
        terminal.print(`${about.name} of ${about.builtOn}: ${origin === 'built' ? 'built' : 'there'}`);
      }
    });
}
