import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { RuleFiles } from '../../pipeline/detection/rule-files.store';

/** Keeps the rules that the gateway speaks of those of the rule files, so that no request reads files. */
export class RuleWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #unwatch: (() => void) | undefined;

  constructor(private readonly files: RuleFiles) {}

  onApplicationBootstrap(): void {
    // Mistakes in them are reported by detection.
    this.#unwatch = this.files.watch(() => undefined);
  }

  beforeApplicationShutdown(): void {
    this.#unwatch?.();
  }
}
