import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { duration } from '../figures/figures';
import { LiveStateStore } from '../live-state/live-state-store';

interface ConnectionWords {
  readonly tone: 'ok' | 'warning' | 'critical' | 'info';
  readonly shape: string;
  readonly words: string;
  readonly cause: string | null;
}

/** Whether the screen can be believed: live, with frames a second and age; stale; or lost, with the cause. */
@Component({
  selector: 'wf-connection-state',
  templateUrl: './connection-state.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ConnectionState {
  protected readonly store = inject(LiveStateStore);
  protected readonly state = computed(() => this.words());

  private words(): ConnectionWords {
    const age = this.age();
    switch (this.store.freshness()) {
      case 'loading':
        return { tone: 'info', shape: '○', words: 'Connecting', cause: null };
      case 'live':
        return this.store.paused() ? this.pausedWords() : this.liveWords(age);
      case 'stale':
        return { tone: 'warning', shape: '◆', words: `Stale, ${age} old`, cause: null };
      case 'lost':
        return { tone: 'critical', shape: '▲', words: `No data, ${age} old.`, cause: this.store.cause() };
    }
  }

  private liveWords(age: string): ConnectionWords {
    const words = `Live, ${Math.round(this.store.framesPerSecond())} frames/s, ${age} old`;
    return { tone: 'ok', shape: '●', words, cause: null };
  }

  private pausedWords(): ConnectionWords {
    return {
      tone: 'info',
      shape: '○',
      words: `Paused, ${duration(this.store.heldForMs())} behind`,
      cause: null,
    };
  }

  /** In tenths of a second while it is young: whole seconds would jump. */
  private age(): string {
    const ageMs = this.store.ageMs() ?? 0;
    return ageMs < 9_950 ? `${(ageMs / 1_000).toFixed(1)} s` : duration(ageMs);
  }
}
