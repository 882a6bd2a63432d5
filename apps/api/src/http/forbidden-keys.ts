/**
 * True when a key of the text could be `__proto__`, or `constructor` with `prototype` in it. Cheap and never false
 * where there is one: only a `\u` escape can hide a letter.
 */
export function mayHoldForbiddenKey(text: string): boolean {
  if (text.includes('__proto__') || text.includes('\\u')) return true;
  return text.includes('"constructor"') && text.includes('"prototype"');
}

/** True when an object in `root` has the key `__proto__`, or `constructor` holding an object with `prototype`. */
export function holdsForbiddenKey(root: unknown): boolean {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__') || hidesPrototype(value)) return true;
    for (const below of Object.values(value)) open.push(below);
  }
  return false;
}

function hidesPrototype(value: object): boolean {
  if (!Object.hasOwn(value, 'constructor')) return false;
  const { constructor } = value as { constructor: unknown };
  return typeof constructor === 'object' && constructor !== null && Object.hasOwn(constructor, 'prototype');
}
