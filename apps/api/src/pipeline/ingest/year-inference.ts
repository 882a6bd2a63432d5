import type { ReadingContext } from './format';

/** The first year of an offline run without a year. */
export const EARLIEST_YEAR = 1970;
const DECEMBER = 12;
const JANUARY = 1;

/** Gives dates without a year their year, in the order in which the lines come. */
export interface YearInference {
  /** Year of a date; `month` 1-12, `wallMsInYear` gives that date's wall clock in a year (NaN: no such date). */
  yearOf(month: number, wallMsInYear: (year: number) => number): number;
  /** True once a year was rolled forward from 1970, because neither a year nor an arrival is known. */
  readonly inferred: boolean;
}

/** The rule that fits what the context tells: the given year, the one nearest to arrival, or 1970 rolled forward. */
export function yearInference({ year, nearestTo }: ReadingContext): YearInference {
  if (year !== undefined) return { inferred: false, yearOf: () => year };
  return nearestTo === undefined ? rolledForward() : nearest(nearestTo);
}

/** The candidates reach four years, so that a 29 February finds its leap year. */
function nearest(arrivalMs: number): YearInference {
  const arrivalYear = new Date(arrivalMs).getUTCFullYear();
  return {
    inferred: false,
    yearOf(_month, wallMsInYear) {
      let best = arrivalYear;
      let bestDistance = Infinity;
      for (let year = arrivalYear - 4; year <= arrivalYear + 4; year++) {
        const distance = Math.abs(wallMsInYear(year) - arrivalMs);
        if (distance < bestDistance) {
          best = year;
          bestDistance = distance;
        }
      }
      return best;
    },
  };
}

/** Rolls at each step back from December to January; a 29 February moves on to the next leap year. */
function rolledForward(): YearInference {
  let year = EARLIEST_YEAR;
  let previousMonth = JANUARY;
  let inferred = false;
  return {
    get inferred() {
      return inferred;
    },
    yearOf(month, wallMsInYear) {
      inferred = true;
      if (previousMonth === DECEMBER && month === JANUARY) year++;
      previousMonth = month;
      const leap = year + ((4 - (year % 4)) % 4);
      if (Number.isNaN(wallMsInYear(year)) && !Number.isNaN(wallMsInYear(leap))) year = leap;
      return year;
    },
  };
}
