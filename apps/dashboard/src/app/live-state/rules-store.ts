import { computed, inject, Injectable, signal } from '@angular/core';
import { RuleListSchema, type RuleSummary } from '@watchfloor/contracts';
import { ask } from './api-client';
import { API_ORIGIN } from './live-state-store';

export type RulesState = 'unasked' | 'loading' | 'failed' | 'loaded';

/** The detection rules in words. Asked for when somebody first wants to read one, and again for one that is not known. */
@Injectable({ providedIn: 'root' })
export class RulesStore {
  private readonly origin = inject(API_ORIGIN);
  private readonly byId = signal<ReadonlyMap<string, RuleSummary>>(new Map());
  private readonly current = signal<RulesState>('unasked');
  readonly state = this.current.asReadonly();
  /** The rule of an id, undefined while it is not known. */
  readonly of = computed(() => {
    const byId = this.byId();
    return (id: string) => byId.get(id);
  });

  /** Makes sure that a rule is known, as far as the api knows it. */
  async need(id: string): Promise<void> {
    if (this.byId().has(id) || this.current() === 'loading') return;
    this.current.set('loading');
    const outcome = await ask(`${this.origin}/api/v1/rules`, RuleListSchema);
    if (outcome.kind === 'answered') {
      this.byId.set(new Map(outcome.answer.items.map((rule) => [rule.id, rule])));
    }
    this.current.set(outcome.kind === 'answered' ? 'loaded' : 'failed');
  }
}
