import type { Login } from '../activity';
import { contact, type Behaviour, type Scene } from '../behaviour';
import { COMMON_ACCOUNTS, COMMON_PASSWORDS, SERVICES, STAFF } from '../words';

const SECOND_US = 1_000_000;
const ACCOUNTS = new Set<string>([...STAFF, ...SERVICES]);
/** Share of employees' logins with a key, and of wrong first passwords among the others. */
const WITH_KEY = 0.75;
const MISTYPED = 0.06;

const GUESSED = { root: ['root'], common: COMMON_ACCOUNTS, staff: STAFF } as const;

function login(
  scene: Scene,
  source: string,
  attempt: Pick<Login, 'user' | 'password' | 'attempts' | 'succeeds'>,
): Login {
  const { random, targets } = scene;
  const target = random.pick(targets);
  // A honeypot takes every account for its own.
  const known = ACCOUNTS.has(attempt.user) || target.writes.includes('cowrie');
  return {
    kind: 'login',
    ...contact(scene, source, target),
    known,
    method: 'password',
    sessionUs: random.between(20, 900) * SECOND_US,
    ...attempt,
    succeeds: attempt.succeeds && known,
  };
}

/** Many passwords for few accounts. */
export const passwordGuessing: Behaviour = {
  does: ['login'],
  begin: (scene) => () => {
    const { random, actor, options, success } = scene;
    return login(scene, actor.anyAddress(random), {
      user: random.pick(GUESSED[options.accounts ?? 'common']),
      password: random.pick(COMMON_PASSWORDS),
      attempts: options.attempts ?? 1,
      succeeds: random.chance(success),
    });
  },
};

/** One password for every account, then the next password. */
export const passwordSpraying: Behaviour = {
  does: ['login'],
  begin: (scene) => {
    let turn = scene.random.below(STAFF.length);
    return () => {
      const { random, actor, success } = scene;
      turn += 1;
      return login(scene, actor.anyAddress(random), {
        user: STAFF[turn % STAFF.length] ?? STAFF[0],
        password: COMMON_PASSWORDS[Math.floor(turn / STAFF.length) % COMMON_PASSWORDS.length] ?? '123456',
        attempts: 1,
        succeeds: random.chance(success),
      });
    };
  },
};

/** Leaked pairs of name and password, each tried once: most accounts do not exist here. */
export const credentialStuffing: Behaviour = {
  does: ['login'],
  begin: (scene) => () => {
    const { random, actor, success } = scene;
    const here = random.chance(0.25);
    const person = random.pick(STAFF);
    return login(scene, actor.anyAddress(random), {
      user: here ? person : `${person}${random.between(1960, 2012)}`,
      password: `${random.pick(STAFF)}${random.between(10, 99)}`,
      attempts: 1,
      succeeds: random.chance(success),
    });
  },
};

/** Employees at work: each has an address and an account, mostly a key, now and then a mistyped password. */
export const sshSessions: Behaviour = {
  does: ['login'],
  begin: (scene) => () => {
    const { random, actor, options } = scene;
    const member = options.member ?? random.below(actor.size);
    const mistyped = random.chance(MISTYPED);
    const attempt = login(scene, actor.addressOf(member), {
      user: STAFF[member % STAFF.length] ?? STAFF[0],
      password: 'correct horse',
      attempts: mistyped ? 2 : 1,
      succeeds: true,
    });
    return !mistyped && random.chance(WITH_KEY) ? { ...attempt, method: 'publickey' } : attempt;
  },
};
