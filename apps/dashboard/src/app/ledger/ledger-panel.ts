import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { exactCount, inWords } from '../figures/figures';
import { LiveStateStore } from '../live-state/live-state-store';
import { balance } from './balance';

/** The proof that nothing was lost: both sums of the ledger, added up again on this side. */
@Component({
  selector: 'wf-ledger-panel',
  templateUrl: './ledger-panel.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LedgerPanel {
  private readonly store = inject(LiveStateStore);
  protected readonly ledger = computed(() => this.store.frame()?.ledger ?? null);
  protected readonly balance = computed(() => {
    const ledger = this.ledger();
    return ledger === null ? null : balance(ledger);
  });
  protected readonly rejections = computed(() =>
    Object.entries(this.ledger()?.edge.rejected.byReason ?? {})
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `${inWords(reason)} ${exactCount(count)}`)
      .join(', '),
  );
  protected readonly exactCount = exactCount;
}
