import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/**
 * Installs one package without letting its service start: while the installation runs, policy-rc.d answers "not allowed" to
 * every start that a package asks for. What stood there before is put back, also after a failure.
 */
const install = `
set -eu
policy=/usr/sbin/policy-rc.d
saved=$policy.before-watchfloor
restore() {
  rm -f "$policy"
  [ ! -e "$saved" ] || mv "$saved" "$policy"
}
[ ! -e "$policy" ] || mv "$policy" "$saved"
trap restore EXIT
printf '#!/bin/sh\\nexit 101\\n' > "$policy"
chmod 755 "$policy"
export DEBIAN_FRONTEND=noninteractive
apt-get -q -y update
apt-get -q -y install --no-install-recommends "$1"
if command -v systemctl > /dev/null; then systemctl disable "$1" > /dev/null 2>&1 || true; fi
`;

/** Distributions by the `ID` of os-release. */
export type Distribution = 'debian' | 'ubuntu';

/** Whether this process may install packages here: one of these distributions, root, apt-get at hand. */
export function canInstallPackages(distributions: readonly Distribution[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  return distributions.some((distribution) => new RegExp(`^ID="?${distribution}"?$`, 'm').test(osRelease()));
}

/**
 * Installs a package of the distribution; its service is neither started now nor at the next boot.
 * It runs in a session of its own, because a Ctrl+C in the middle would leave dpkg locked.
 * @throws Error with the end of apt-get's output.
 */
export async function installPackage(name: string): Promise<void> {
  const shell = spawn('/bin/sh', ['-c', install, 'install', name], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(shell, 'close')) as [number | null];
  if (code === 0) return;
  throw new Error(`apt-get could not install ${name}:\n${output.trimEnd().split('\n').slice(-8).join('\n')}`);
}

function osRelease(): string {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}
