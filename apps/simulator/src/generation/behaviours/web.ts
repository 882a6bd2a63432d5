import type { Signature, WebRequest } from '../activity';
import { contact, type Behaviour, type Scene } from '../behaviour';
import { BROWSERS, EXPLOITS, EXPLOIT_PATHS, PAGES, TOOLS } from '../words';

const WEB_PROBE: Signature = {
  id: 1_000_101,
  name: 'LOCAL WEB_SERVER probe for vulnerable software',
  category: 'Web Application Attack',
  severity: 1,
};

const WEB_EXPLOIT: Signature = {
  id: 1_000_102,
  name: 'LOCAL WEB_SERVER payload of a known exploit',
  category: 'Attempted Administrator Privilege Gain',
  severity: 1,
};

function request(
  scene: Scene,
  source: string,
  fields: Pick<WebRequest, 'method' | 'path' | 'status' | 'userAgent'>,
): WebRequest {
  const { random, targets } = scene;
  const found = fields.status < 300;
  return {
    kind: 'request',
    ...contact(scene, source, random.pick(targets)),
    bytes: found ? random.between(400, 42_000) : random.between(146, 560),
    referrer: '-',
    ...fields,
  };
}

/** Visitors of the site; each address keeps one browser. */
export const browsing: Behaviour = {
  does: ['request'],
  begin: (scene) => () => {
    const { random, actor } = scene;
    const member = random.below(actor.size);
    const missed = random.chance(0.02);
    const visit = request(scene, actor.addressOf(member), {
      method: random.chance(0.06) ? 'POST' : 'GET',
      path: missed ? `/products/${random.between(900, 999)}` : random.pick(PAGES),
      status: missed ? 404 : random.chance(0.12) ? 304 : 200,
      userAgent: BROWSERS[member % BROWSERS.length] ?? BROWSERS[0],
    });
    return random.chance(0.5) ? { ...visit, referrer: 'https://www.example.org/' } : visit;
  },
};

/** A list of paths, one after the other; `success` is the share that is answered. */
export const httpProbing: Behaviour = {
  does: ['request'],
  begin: (scene) => {
    const tool = scene.random.pick(TOOLS);
    let turn = scene.random.below(EXPLOIT_PATHS.length);
    return () => {
      const { random, actor, success } = scene;
      turn += 1;
      const status = random.chance(success) ? 200 : random.chance(0.15) ? 403 : 404;
      const probe = request(scene, actor.anyAddress(random), {
        method: random.chance(0.1) ? 'POST' : 'GET',
        path: EXPLOIT_PATHS[turn % EXPLOIT_PATHS.length] ?? '/',
        status,
        userAgent: tool,
      });
      return { ...probe, signature: WEB_PROBE };
    };
  },
};

/** Requests that carry the payload of a known flaw, in any order; `success` is the share that works. */
export const httpExploits: Behaviour = {
  does: ['request'],
  begin: (scene) => {
    const tool = scene.random.pick(TOOLS);
    return () => {
      const { random, actor, success } = scene;
      const [method, path] = random.pick(EXPLOITS);
      const status = random.chance(success) ? 200 : random.chance(0.3) ? 400 : 404;
      const exploit = request(scene, actor.anyAddress(random), { method, path, status, userAgent: tool });
      return { ...exploit, signature: WEB_EXPLOIT };
    };
  },
};

/** Expensive requests as fast as the server can take them; `success` is the share that it still answers. */
export const httpFlood: Behaviour = {
  does: ['request'],
  begin: (scene) => () => {
    const { random, actor, success } = scene;
    return request(scene, actor.anyAddress(random), {
      method: 'GET',
      path: `/search?q=${random.below(1_000_000)}`,
      status: random.chance(success) ? 200 : 503,
      userAgent: random.pick(BROWSERS),
    });
  },
};
