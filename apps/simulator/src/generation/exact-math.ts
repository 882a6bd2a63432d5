/** The natural logarithm of 2, the double nearest to it. */
const LN2 = 0.6931471805599453;
const SQRT_HALF = 0.7071067811865476;

/**
 * The natural logarithm of `x` in (0, 1], from additions, multiplications and divisions only: engines may round
 * `Math.log` differently, and the same seed must give the same bytes everywhere. Error below 1e-13.
 * `x = m * 2^-k` with m in [0.707, 1.414), ln(m) = 2 artanh((m - 1) / (m + 1)).
 */
export function naturalLog(x: number): number {
  let mantissa = x;
  let halvings = 0;
  while (mantissa < SQRT_HALF) {
    mantissa *= 2;
    halvings += 1;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let sum = 0;
  let power = z;
  for (let odd = 1; odd < 23; odd += 2) {
    sum += power / odd;
    power *= square;
  }
  return 2 * sum - halvings * LN2;
}

/** Greatest value of `heavyTail`, so that one draw cannot silence a phase for good. */
const TAIL_LIMIT = 200;
/** The solution c of E[min(200, u^(-3/4) / 4c)] = 1: what the cut takes from the mean. */
const TAIL_CUT_MEAN = 0.9168362608991422;

/**
 * A Pareto draw of shape 4/3 (finite mean, infinite variance) scaled to a mean of about 1, from a uniform `u` in (0, 1].
 * Cut at `TAIL_LIMIT`; u^(-3/4) by two square roots, which IEEE 754 defines exactly.
 */
export function heavyTail(u: number): number {
  const root = Math.sqrt(u);
  return Math.min(TAIL_LIMIT, 0.25 / (root * Math.sqrt(root)) / TAIL_CUT_MEAN);
}
