import { ECS_FIELDS } from './ecs-fields.table';

/** A name of ECS and the names below it. */
export interface EcsName {
  readonly below: ReadonlyMap<string, EcsName>;
  /** ECS names nothing below this field (`labels`, flattened objects): any name may stand there. */
  readonly free: boolean;
}

/** The names of ECS as a tree; its root is the event. */
export const ECS: EcsName = { below: readNames(ECS_FIELDS), free: false };

/** Reads `a(b,c(d*))`: one level a pair of brackets. */
export function readNames(text: string): ReadonlyMap<string, EcsName> {
  const root = new Map<string, EcsName>();
  const levels: Map<string, EcsName>[] = [root];
  let last: Map<string, EcsName> = root;
  for (const [token] of text.matchAll(/[()]|[^\s(),]+/g)) {
    const level = levels.at(-1) ?? root;
    if (token === '(') levels.push(last);
    else if (token === ')') levels.pop();
    else {
      const free = token.endsWith('*');
      last = new Map();
      level.set(free ? token.slice(0, -1) : token, { below: last, free });
    }
  }
  return root;
}
