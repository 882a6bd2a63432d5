import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { LiveStateStore } from '../live-state/live-state-store';
import { digest } from './digest';

/** The screen is read out this often; a change of the connection at once. */
const SPACING_MS = 30_000;

/** Tells the screen to those who listen, without talking all the time. */
@Component({
  selector: 'wf-digest',
  template: '<p class="only-heard" role="status" aria-live="polite">{{ words() }}</p>',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Digest {
  private readonly store = inject(LiveStateStore);
  protected readonly words = signal('');

  constructor() {
    const speak = () =>
      this.words.set(digest(this.store.frame(), this.store.freshness(), this.store.cause()));
    effect(() => {
      this.store.freshness();
      this.store.connection();
      untracked(speak);
    });
    const timer = setInterval(speak, SPACING_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
