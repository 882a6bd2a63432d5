import { computed, inject, Injectable, signal } from '@angular/core';
import {
  AlertListSchema,
  AlertSchema,
  type Alert,
  type AlertList,
  type AlertStatus,
} from '@watchfloor/contracts';
import { withAlerts } from './alert-list';
import { ask, type Outcome } from './api-client';
import { API_ORIGIN, LiveStateStore } from './live-state-store';

/** What a person does with an alert; what is left out stays. */
export interface AlertChange {
  readonly status?: AlertStatus;
  /** Null takes the alert from whoever has it. */
  readonly assignee?: string | null;
  readonly note?: string;
  /** Who does it, as they say themselves. */
  readonly by?: string;
}

export type ChangeOutcome =
  | { readonly kind: 'changed' }
  /** Somebody else changed it first; what is shown now is their state. */
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'failed'; readonly cause: string };

export type OlderAlerts = 'unasked' | 'loading' | 'failed' | 'more' | 'all';

const PAGE = 100;
const PRECONDITION_FAILED = 412;

/** The alerts: the newest as they come live, older ones and changes by request, as one list. */
@Injectable({ providedIn: 'root' })
export class AlertsStore {
  private readonly origin = inject(API_ORIGIN);
  private readonly live = inject(LiveStateStore);
  /** What requests have brought, with the epoch in which they did: another epoch may know other alerts. */
  private readonly answers = signal<{ epoch: string; alerts: readonly Alert[] }>({ epoch: '', alerts: [] });
  private readonly chosen = signal<{ readonly id: string } | null>(null);
  private readonly olderState = signal<{ status: string; next: string | null; state: OlderAlerts }>({
    status: '',
    next: null,
    state: 'unasked',
  });

  /** Newest first; null before the first frame. */
  readonly alerts = computed<readonly Alert[] | null>(() => {
    const shown = this.live.shown();
    if (shown === null) return null;
    const { epoch, alerts } = this.answers();
    return withAlerts(epoch === shown.epoch ? alerts : [], shown.frame.alerts ?? []);
  });
  readonly selected = computed(() => this.alerts()?.find(({ id }) => id === this.chosen()?.id) ?? null);
  /** The choice itself: another object each time, also when the same alert is chosen again. */
  readonly choice = this.chosen.asReadonly();
  /** Open alerts of the whole timeline; null when it is not said. */
  readonly openInAll = computed(() => this.live.frame()?.pipeline.detection?.alerts.open ?? null);

  /** Chooses the alert that is looked at; null chooses none. */
  select(id: string | null): void {
    this.chosen.set(id === null ? null : { id });
  }

  /** Chooses an alert that may not be among those that are held; nothing happens when there is none. */
  async open(id: string): Promise<void> {
    if (!this.alerts()?.some((alert) => alert.id === id)) {
      const outcome = await ask(this.url(`/${id}`), AlertSchema);
      if (outcome.kind !== 'answered') return;
      this.keep([outcome.answer]);
    }
    this.select(id);
  }

  /** How far the alerts of a status (empty: of any) were asked for beyond the live ones. */
  older(status: string): OlderAlerts {
    const asked = this.olderState();
    return asked.status === status ? asked.state : 'unasked';
  }

  /** Asks for the next page of alerts of a status (empty: of any). */
  async loadOlder(status: string): Promise<void> {
    const cursor = this.olderState().status === status ? this.olderState().next : null;
    this.olderState.set({ status, next: cursor, state: 'loading' });
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (status !== '') query.set('status', status);
    if (cursor !== null) query.set('cursor', cursor);
    const page = await ask(this.url(`?${query}`), AlertListSchema);
    if (this.olderState().status !== status) return;
    this.olderState.set(
      page.kind === 'answered'
        ? this.keepPage(status, page.answer)
        : { status, next: cursor, state: 'failed' },
    );
  }

  /** Changes the handling of an alert in the state that is shown. */
  async change({ id, version }: Alert, change: AlertChange): Promise<ChangeOutcome> {
    const outcome = await ask(this.url(`/${id}`), AlertSchema, {
      method: 'PATCH',
      body: change,
      ifMatch: version,
    });
    if (outcome.kind === 'answered') this.keep([outcome.answer]);
    if (outcome.kind === 'refused' && outcome.status === PRECONDITION_FAILED) return this.showTheirs(id);
    return outcome.kind === 'answered' ? { kind: 'changed' } : { kind: 'failed', cause: causeOf(outcome) };
  }

  private async showTheirs(id: string): Promise<ChangeOutcome> {
    const theirs = await ask(this.url(`/${id}`), AlertSchema);
    if (theirs.kind !== 'answered') return { kind: 'failed', cause: causeOf(theirs) };
    this.keep([theirs.answer]);
    return { kind: 'overtaken' };
  }

  private keepPage(status: string, { items, next }: AlertList) {
    this.keep(items);
    return { status, next, state: next === null ? ('all' as const) : ('more' as const) };
  }

  private keep(alerts: readonly Alert[]): void {
    const epoch = this.live.shown()?.epoch ?? '';
    this.answers.update((known) => ({
      epoch,
      alerts: withAlerts(known.epoch === epoch ? known.alerts : [], alerts),
    }));
  }

  private url(rest: string): string {
    return `${this.origin}/api/v1/alerts${rest}`;
  }
}

function causeOf(outcome: Outcome<unknown>): string {
  return outcome.kind === 'refused' ? outcome.title : 'The server does not answer';
}
