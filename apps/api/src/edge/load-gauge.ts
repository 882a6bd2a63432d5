/** Says whether the pipeline can take more, without asking anybody: it is read for every request. */
export interface LoadGauge {
  /** Why no more can be taken now, as a sentence for the client; undefined when it can. */
  overloaded(): string | undefined;
}

/** All gauges together: any of them closes the door. Others are added when their parts of the system start. */
export class LoadGauges implements LoadGauge {
  readonly #gauges: LoadGauge[] = [];

  add(gauge: LoadGauge): void {
    this.#gauges.push(gauge);
  }

  overloaded(): string | undefined {
    for (const gauge of this.#gauges) {
      const reason = gauge.overloaded();
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}
