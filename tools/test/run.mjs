import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge } from './counts.mjs';
import { suitesOf } from './suites.mjs';

/**
 * `npm test`: provides Redis and Chromium, builds, runs every suite, and closes with `N passed, N failed`, which is also what
 * the exit code says. `npm test -- NAME...` runs only these suites.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { ensureBuilt } = createRequire(import.meta.url)('../build/ensure-built.cjs');
const say = (line) => process.stdout.write(`${line}\n`);

function run(command, env) {
  return new Promise((done) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longestSuiteMs,
    });
    let output = '';
    const pass = (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
      // Jest has said its last word: what keeps it alive now is something that a test left open, which is a failure.
      if (String(chunk).includes('Ran all test suites')) {
        setTimeout(() => child.kill('SIGKILL'), longestExitMs).unref();
      }
    };
    child.stdout.on('data', pass);
    child.stderr.on('data', pass);
    child.once('error', () => done({ code: 1, output }));
    child.once('close', (code) => done({ code: code ?? 1, output }));
  });
}

/** A suite that takes longer hangs. */
const longestSuiteMs = 15 * 60_000;

/** A runner that does not end by then, after its last word, has something left open. */
const longestExitMs = 20_000;

/** Installs what is missing where that is allowed; otherwise says what is missing and how to get it. */
async function provide() {
  const { code } = await run([join(root, 'bin', 'watchfloor'), 'doctor', '--tests', '--install'], {});
  return code === 0;
}

async function runSuite(suite) {
  say(`\n=== ${suite.name} ===\n`);
  const started = Date.now();
  const { code, output } = await run(suite.command, suite.env);
  const verdict = judge(suite.count(output), code);
  return { name: suite.name, ...verdict, seconds: Math.round((Date.now() - started) / 1000) };
}

function chosenSuites(names) {
  const suites = suitesOf(root);
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    say(`No such suite: ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}`);
    process.exit(2);
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
}

function close(results) {
  say('\n=== summary ===\n');
  for (const { name, passed, failed, seconds } of results) {
    say(
      `${name.padEnd(16)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${seconds} s`,
    );
  }
  const total = (field) => results.reduce((sum, result) => sum + result[field], 0);
  say(`\n${total('passed')} passed, ${total('failed')} failed`);
  process.exitCode = total('failed') === 0 ? 0 : 1;
}

async function main() {
  const suites = chosenSuites(process.argv.slice(2));
  if (!existsSync(join(root, 'node_modules', 'nx'))) {
    say('The dependencies are not installed. Run this first: npm ci');
    process.exit(1);
  }
  const results = [];
  rmSync(join(root, 'tmp', 'test-results'), { recursive: true, force: true });
  mkdirSync(join(root, 'tmp', 'test-results'), { recursive: true });
  if (suites.some(({ needsSystem }) => needsSystem)) await prepare(results);
  for (const suite of suites) results.push(await runSuite(suite));
  close(results);
}

/** Builds everything and provides what the tests need; what does not work out is a failure of its own. */
async function prepare(results) {
  try {
    await ensureBuilt(root, ['api', 'simulator', 'dashboard'], say);
  } catch (error) {
    say(error.message);
    results.push({ name: 'build', passed: 0, failed: 1, seconds: 0 });
  }
  if (!(await provide())) results.push({ name: 'provide', passed: 0, failed: 1, seconds: 0 });
}

await main();
