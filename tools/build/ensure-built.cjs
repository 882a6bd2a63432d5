const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const shared = ['libs', 'tools/build', 'nx.json', 'package.json', 'package-lock.json', 'tsconfig.base.json'];

/** What each application is built from and what shows that it was built; paths from the workspace root. */
const applications = {
  api: { sources: ['apps/api'], output: 'dist/apps/api/main.js' },
  simulator: { sources: ['apps/simulator'], output: 'dist/apps/simulator/main.js' },
  dashboard: { sources: ['apps/dashboard'], output: 'dist/apps/dashboard/index.html' },
};

const notBuilt = /\.spec\.ts$|^jest\.config\.cjs$/;

/**
 * Builds those of the named applications whose sources changed since their last build here. Nothing is started when all are
 * current, so a second start costs the reading of a few hundred file times.
 * `say` gets one line per step. Rejects with the output of the build when it fails.
 */
async function ensureBuilt(root, names, say) {
  const stale = names.filter((name) => !isCurrent(root, name));
  if (stale.length === 0) return;
  const fingerprints = new Map(stale.map((name) => [name, fingerprint(root, name)]));
  say(`building ${stale.join(', ')} (the first build takes about a minute)`);
  await runBuild(root, stale, say);
  for (const [name, value] of fingerprints) {
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stampOf(root, name), value);
  }
}

/** Whether an application was built from the sources as they are now. */
function isCurrent(root, name) {
  const { output } = applications[name];
  const stamp = stampOf(root, name);
  if (!existsSync(join(root, output)) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === fingerprint(root, name);
}

function stampOf(root, name) {
  return join(root, 'dist', `.${name}.sources`);
}

/** Names, sizes and times of all files that an application is built from. */
function fingerprint(root, name) {
  const hash = createHash('sha256');
  for (const path of [...shared, ...applications[name].sources]) addTo(hash, root, path);
  return hash.digest('hex');
}

function addTo(hash, root, path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isDirectory()) {
    for (const entry of readdirSync(join(root, path)).sort()) {
      if (entry !== 'node_modules' && !notBuilt.test(entry)) addTo(hash, root, `${path}/${entry}`);
    }
  } else {
    hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`);
  }
}

function runBuild(root, names, say) {
  const nx = join(root, 'node_modules', '.bin', 'nx');
  const args = [nx, 'run-many', '-t', 'build', '-p', names.join(','), '--outputStyle=stream'];
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' };
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const build = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    build.stdout.on('data', collect);
    build.stderr.on('data', collect);
    // A build is silent for half a minute; a sign of life keeps people from stopping it.
    const alive = setInterval(() => say(`still building (${seconds(started)} s)`), 15_000);
    build.once('error', reject);
    build.once('close', (code) => {
      clearInterval(alive);
      if (code !== 0) return reject(new Error(`The build failed:\n${output}`));
      say(`built in ${seconds(started)} s`);
      return resolve();
    });
  });
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}

module.exports = { ensureBuilt, isCurrent, applications };
