import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { compactCount, exactCount } from '../figures/figures';
import { LiveStateStore } from '../live-state/live-state-store';

const ROWS = 8;

/** The sources with most events in the window. */
@Component({
  selector: 'wf-top-sources',
  templateUrl: './top-sources.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TopSources {
  protected readonly store = inject(LiveStateStore);
  protected readonly rows = computed(() => {
    const sources = (this.store.frame()?.snapshot.topSources ?? []).slice(0, ROWS);
    const most = sources[0]?.count ?? 1;
    return sources.map(({ key, count, country, city, error }) => ({
      key,
      country: country ?? '',
      place: city ?? '',
      count: compactCount(count),
      exact:
        error === undefined
          ? exactCount(count)
          : `${exactCount(count)}, at most ${exactCount(error)} too many`,
      approximate: error !== undefined && error > 0,
      share: count / most,
    }));
  });
}
