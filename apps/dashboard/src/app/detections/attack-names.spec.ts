/** @jest-environment node */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attackName, attackPage } from './attack-names';

const apps = join(__dirname, '../../../..');

function idsIn(folder: string): string[] {
  const files = readdirSync(join(apps, folder)).filter((name) => name.endsWith('.yaml'));
  return files.flatMap((name) => {
    const lines = readFileSync(join(apps, folder, name), 'utf8').match(/^ *(technique|tactic): .+$/gm) ?? [];
    return lines.flatMap((line) => line.match(/\bTA?\d{4}(\.\d{3})?\b/g) ?? []);
  });
}

describe('the names of ATT&CK', () => {
  it.each(['api/rules', 'simulator/src/scenarios'])('cover all that %s uses', (folder) => {
    const ids = idsIn(folder);
    expect(ids.length).toBeGreaterThan(10);
    expect(ids.filter((id) => attackName(id) === '')).toEqual([]);
  });

  it('lead to the page of a technique or a tactic', () => {
    expect(attackPage('T1110.001')).toBe('https://attack.mitre.org/techniques/T1110/001/');
    expect(attackPage('TA0006')).toBe('https://attack.mitre.org/tactics/TA0006/');
  });
});
