import { TEXT_LIMITS } from '@watchfloor/contracts';
import { ECS, type EcsName } from './ecs-fields';
import { EVENT_SHAPE, type GroupShape, type Shape } from './event-shape';
import type { ItemRefusal } from './item-problem';

/** An event brought into the form of the schema, as far as that goes; the schema still has to be checked. */
export interface Conformed {
  readonly event: Record<string, unknown>;
  /** Fields of ECS that the schema does not keep. */
  readonly dropped: number;
}

interface Walk {
  dropped: number;
  refusal?: ItemRefusal;
}

/**
 * Brings a valid ECS event into the kept form: single values where ECS allows several become lists, dotted names
 * (`"event.category"`) become nested ones, null counts as absent, what the schema does not keep is dropped and counted,
 * label values become text, a long `event.original` is cut. A name outside ECS and an inexact number refuse the event.
 * Its depth was checked before.
 */
export function conformEvent(input: object): Conformed | ItemRefusal {
  const walk: Walk = { dropped: 0 };
  const event: Record<string, unknown> = {};
  conformGroup(event, input, EVENT_SHAPE, ECS, walk);
  cutOriginal(event);
  return walk.refusal ?? { event, dropped: walk.dropped };
}

function conformGroup(
  target: Record<string, unknown>,
  input: object,
  shape: GroupShape,
  ecs: EcsName | undefined,
  walk: Walk,
): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === null) continue;
    const field = shape.fields.get(name);
    const known = ecs?.below.get(name);
    const dot = name.indexOf('.');
    if (field !== undefined) conformField(target, name, value, field, known, walk);
    else if (known !== undefined) drop(value, known, walk);
    else if (dot > 0 && dot < name.length - 1) {
      const nested = { [name.slice(0, dot)]: { [name.slice(dot + 1)]: value as unknown } };
      conformGroup(target, nested, shape, ecs, walk);
    } else refuse(walk, { code: 'unknown_property', detail: 'a name is not in ECS 9' });
    if (walk.refusal !== undefined) return;
  }
}

function conformField(
  target: Record<string, unknown>,
  name: string,
  value: unknown,
  shape: Shape,
  ecs: EcsName | undefined,
  walk: Walk,
): void {
  if (shape.kind === 'group' && isObject(value)) {
    const group = isObject(target[name]) ? (target[name] as Record<string, unknown>) : {};
    conformGroup(group, value, shape, ecs, walk);
    if (Object.keys(group).length > 0) target[name] = group;
    return;
  }
  if (name in target) refuse(walk, { code: 'invalid_value', detail: 'a field is given twice' });
  requireExact(value, walk);
  target[name] = leaf(value, shape);
}

function leaf(value: unknown, shape: Shape): unknown {
  if (shape.kind === 'list') return Array.isArray(value) ? value : [value];
  if (shape.kind === 'labels' && isObject(value)) return labels(value);
  return value;
}

/** `event.original` is kept for reading along, not as a record: its head is enough. */
function cutOriginal(event: Record<string, unknown>): void {
  const fields = event['event'];
  if (!isObject(fields) || !('original' in fields) || typeof fields.original !== 'string') return;
  const cut = fields.original.slice(0, TEXT_LIMITS.original);
  // Half of a surrogate pair is no character.
  fields.original = /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** ECS keeps labels as keywords: numbers and booleans become their text. */
function labels(value: object): Record<string, unknown> {
  const kept = Object.entries(value).filter(([, label]) => label !== null);
  return Object.fromEntries(
    kept.map(([name, label]) => [
      name,
      typeof label === 'number' || typeof label === 'boolean' ? String(label) : (label as unknown),
    ]),
  );
}

/** Counts the fields of a part that is not kept; every name in it must still be one of ECS. */
function drop(value: unknown, ecs: EcsName, walk: Walk): void {
  if (value === null) return;
  if (ecs.free || ecs.below.size === 0) {
    if (isObject(value) && !ecs.free)
      refuse(walk, { code: 'unknown_property', detail: 'a name is not in ECS 9' });
    requireExact(value, walk);
    walk.dropped++;
    return;
  }
  const parts = Array.isArray(value) ? (value as unknown[]) : [value];
  for (const part of parts) {
    if (isObject(part)) conformGroup({}, part, NOTHING_KEPT, ecs, walk);
    else if (part !== null) refuse(walk, { code: 'invalid_type', detail: 'a group of ECS is not an object' });
  }
}

const NOTHING_KEPT: GroupShape = { kind: 'group', fields: new Map() };

/** A number that JSON cannot carry exactly (1e400, 2^53+1) would be stored as another one. */
function requireExact(value: unknown, walk: Walk): void {
  if (typeof value === 'number') {
    if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
      refuse(walk, { code: 'number_range', detail: 'a number is beyond the exact integers' });
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const below of Object.values(value)) requireExact(below, walk);
  }
}

function refuse(walk: Walk, refusal: ItemRefusal): void {
  walk.refusal ??= refusal;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
