import { setTimeout as delay } from 'node:timers/promises';
import type { Pipeline } from '@watchfloor/contracts';

/** How often the gateway is asked: workers report once a second. */
const LOOK_EVERY_MS = 500;

/** What detection did while it was followed. */
export interface DetectionFigures {
  /** Events aggregated and not offered to the rules yet, when the last event was counted. */
  readonly lag: number;
  /** From then on until the rules had all of them; null when they did not in the time given. */
  readonly caughtUpSeconds: number | null;
  /** Microseconds of a core for each event, over all that was offered; null when nothing was. */
  readonly microsecondsPerEvent: number | null;
  readonly alertsRaised: number;
}

type Detection = NonNullable<Pipeline['detection']>;

/** Follows what `GET /pipeline` says of detection. */
export class DetectionRecord {
  #following: Promise<void> | undefined;
  readonly #ending = new AbortController();
  #cost = { events: 0, microseconds: 0 };

  constructor(private readonly gateway: string) {}

  /** Begins to note what events cost. */
  begin(): void {
    this.#following = this.#follow();
  }

  /** Call when all events are counted: waits until the rules have them too, `withinMs` at most. Null where detection is off. */
  async end(withinMs: number): Promise<DetectionFigures | null> {
    const began = performance.now();
    const counted = await this.#look();
    let last = counted;
    while (last !== undefined && last.lag > 0 && performance.now() - began < withinMs) {
      await delay(LOOK_EVERY_MS);
      last = await this.#look();
    }
    const seconds = (performance.now() - began) / 1_000;
    this.#ending.abort();
    await this.#following;
    if (counted === undefined || last === undefined) return null;
    const { events, microseconds } = this.#cost;
    return {
      lag: counted.lag,
      caughtUpSeconds: last.lag > 0 ? null : counted.lag === 0 ? 0 : seconds,
      microsecondsPerEvent: events === 0 ? null : microseconds / events,
      alertsRaised: last.alerts.raised,
    };
  }

  async #follow(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const { evaluatedPerSecond = 0, microsecondsPerEvent = null } = (await this.#look()) ?? {};
      if (microsecondsPerEvent !== null) {
        this.#cost.events += evaluatedPerSecond;
        this.#cost.microseconds += evaluatedPerSecond * microsecondsPerEvent;
      }
      await delay(LOOK_EVERY_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<Detection | undefined> {
    const response = await fetch(`${this.gateway}/api/v1/pipeline`);
    return ((await response.json()) as Pipeline).detection;
  }
}
