/**
 * Steps in which a watermark goes from one event time to another, so that about `most` of `pending` events are evaluated at a
 * stretch. Where time stands in between changes no result.
 */
export function paces(from: number, to: number, pending: number, most: number): number[] {
  const count = Math.ceil(pending / most);
  if (!(from < to) || count <= 1 || !Number.isFinite(from)) return [to];
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? to : from + ((to - from) * (i + 1)) / count,
  );
}
