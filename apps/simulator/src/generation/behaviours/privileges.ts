import type { Privilege } from '../activity';
import type { Behaviour } from '../behaviour';
import { ABUSE_COMMANDS, ADMIN_COMMANDS, STAFF } from '../words';

/** Administrators at work: the first few accounts, known commands, a wrong password now and then. */
export const administration: Behaviour = {
  does: ['privilege'],
  begin: (scene) => (): Privilege => {
    const { random, targets } = scene;
    const administrators = STAFF.slice(0, 6);
    return {
      kind: 'privilege',
      target: random.pick(targets),
      user: random.pick(administrators),
      action: 'sudo',
      object: random.pick(ADMIN_COMMANDS),
      succeeds: !random.chance(0.02),
    };
  },
};

/** One employee who reaches for what is not theirs: failed su and sudo, then files, then a second account. */
export const privilegeAbuse: Behaviour = {
  does: ['privilege'],
  begin: (scene) => {
    const { random, success } = scene;
    const user = random.pick(STAFF.slice(6));
    let turn = -1;
    return (): Privilege => {
      turn += 1;
      const step = turn % 8;
      const action = step === 7 ? 'useradd' : step < 2 ? 'su' : 'sudo';
      const objects = {
        su: 'root',
        sudo: random.pick(ABUSE_COMMANDS),
        useradd: `backup${random.between(2, 99)}`,
      };
      return {
        kind: 'privilege',
        target: random.pick(scene.targets),
        user,
        action,
        object: objects[action],
        succeeds: action === 'useradd' || random.chance(success),
      };
    };
  },
};
