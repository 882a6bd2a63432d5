import { addressIn, blocksOf } from '@watchfloor/contracts';
import type { Activity, Flow, NameQuery, Signature } from '../activity';
import { contact, type Behaviour, type Scene } from '../behaviour';
import { LAST_TARGET_HOST } from '../target';
import { DOMAINS, SCANNED_PORTS } from '../words';

const HEX = '0123456789abcdef';
const PORT_SCAN: Signature = {
  id: 1_000_201,
  name: 'LOCAL SCAN connection attempts to many ports',
  category: 'Attempted Information Leak',
  severity: 2,
};
const BEACON_PORT = 4443;
const EXFILTRATION_BYTES = 40_000_000;

function flow(scene: Scene, source: string, fields: Partial<Flow> & Pick<Flow, 'destinationPort'>): Flow {
  const { random, targets } = scene;
  return {
    kind: 'flow',
    ...contact(scene, source, random.pick(targets)),
    transport: 'tcp',
    service: '',
    state: 'S0',
    sentBytes: 0,
    receivedBytes: 0,
    durationUs: 0,
    ...fields,
  };
}

/** Every port of one target, then of the next; `success` is the share of open ports. */
export const verticalScan: Behaviour = {
  does: ['flow'],
  begin: (scene) => {
    let turn = -1;
    return () => {
      const { random, actor, targets, success } = scene;
      turn += 1;
      const target = targets[Math.floor(turn / SCANNED_PORTS.length) % targets.length];
      const open = random.chance(success);
      return flow(
        { ...scene, targets: target === undefined ? targets : [target] },
        actor.anyAddress(random),
        {
          destinationPort: SCANNED_PORTS[turn % SCANNED_PORTS.length] ?? 80,
          state: open ? 'RSTO' : random.chance(0.7) ? 'REJ' : 'S0',
          durationUs: open ? random.between(200, 9_000) : 0,
          signature: PORT_SCAN,
        },
      );
    };
  },
};

/** One port, target after target; the networks of the targets are swept, also where no host is. */
export const horizontalScan: Behaviour = {
  does: ['flow'],
  begin: (scene) => {
    const { options } = scene;
    let turn = -1;
    return () => {
      const { random, actor, targets, success } = scene;
      turn += 1;
      const target = targets[turn % targets.length];
      const probe = flow(
        { ...scene, targets: target === undefined ? targets : [target] },
        actor.anyAddress(random),
        {
          destinationPort: options.port ?? 23,
          state: random.chance(success) ? 'RSTO' : 'S0',
          durationUs: 400,
          signature: PORT_SCAN,
        },
      );
      if (probe.destination.includes(':')) return probe;
      const network = probe.destination.slice(0, probe.destination.lastIndexOf('.') + 1);
      return {
        ...probe,
        destination: `${network}${1 + (Math.floor(turn / targets.length) % LAST_TARGET_HOST)}`,
      };
    };
  },
};

/** Half-open connections to one service from as many addresses as the actor has. */
export const synFlood: Behaviour = {
  does: ['flow'],
  begin: (scene) => () =>
    flow(scene, scene.actor.anyAddress(scene.random), { destinationPort: scene.options.port ?? 443 }),
};

/** A machine outside that an infected one talks to: the same for the whole phase. */
function controller({ random, options }: Scene): string {
  const block = random.pick(blocksOf(options.towards ?? 'NL'));
  return addressIn(block, random.between(LAST_TARGET_HOST + 1, 254));
}

/** Small regular messages of infected machines to their controller. */
export const beacon: Behaviour = {
  does: ['flow', 'query'],
  begin: (scene) => {
    const { random, options, actor } = scene;
    const destination = controller(scene);
    const domain = `${random.text(HEX, 10)}.example.net`;
    let turn = 0;
    return (): Activity => {
      turn += 1;
      const source = actor.addressOf(turn % actor.size);
      if (options.channel === 'dns') return lookup(scene, source, `${random.text(HEX, 24)}.${domain}`, 'TXT');
      return {
        ...flow(scene, source, { destinationPort: options.port ?? BEACON_PORT }),
        destination,
        toInside: false,
        service: options.channel === 'web' ? 'http' : 'ssl',
        state: 'SF',
        sentBytes: 412 + random.below(9),
        receivedBytes: 188 + random.below(5),
        durationUs: 180_000 + random.below(40_000),
      };
    };
  },
};

/** Large transfers out of the organisation. */
export const exfiltration: Behaviour = {
  does: ['flow', 'query'],
  begin: (scene) => {
    const { random, options, actor } = scene;
    const destination = controller(scene);
    const bytes = options.bytes ?? EXFILTRATION_BYTES;
    const domain = `${random.text(HEX, 10)}.example.net`;
    return (): Activity => {
      const source = actor.anyAddress(random);
      if (options.channel === 'dns') return lookup(scene, source, `${random.text(HEX, 48)}.${domain}`, 'TXT');
      return {
        ...flow(scene, source, { destinationPort: options.port ?? 443 }),
        destination,
        toInside: false,
        service: 'ssl',
        state: 'SF',
        sentBytes: Math.floor(bytes / 2) + random.below(bytes),
        receivedBytes: random.between(20_000, 90_000),
        durationUs: random.between(8_000_000, 50_000_000),
      };
    };
  },
};

function lookup(scene: Scene, source: string, name: string, type: NameQuery['type']): NameQuery {
  const ends = contact(scene, source, scene.random.pick(scene.targets));
  return { kind: 'query', ...ends, name, type, found: true };
}

/** What machines at work ask a name server. */
export const nameLookups: Behaviour = {
  does: ['query'],
  begin: (scene) => () => {
    const { random, actor } = scene;
    const found = !random.chance(0.03);
    const name = found ? random.pick(DOMAINS) : `${random.text(HEX, 6)}.example.org`;
    const query = lookup(scene, actor.anyAddress(random), name, random.chance(0.3) ? 'AAAA' : 'A');
    return { ...query, found };
  },
};
