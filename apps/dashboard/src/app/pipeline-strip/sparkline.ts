/**
 * The `d` of an SVG path for values over a box of `width` x `height`, from zero at the bottom to the largest at the
 * top; empty when there are fewer than two values.
 */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const top = Math.max(1, ...values);
  return values
    .map((value, index) => {
      const x = (index / (values.length - 1)) * width;
      const y = height - 1 - (Math.max(0, value) / top) * (height - 2);
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
