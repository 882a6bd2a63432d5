import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import {
  AlertListSchema,
  AlertSchema,
  type Alert,
  type AlertList,
  type AlertStatus,
} from '@watchfloor/contracts';
import { furtherOn, MAX_ALERTS, withAlerts } from './alert-list';
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

/** `full`: there are more than are held. */
export type OlderAlerts = 'unasked' | 'loading' | 'failed' | 'more' | 'all' | 'full';

const PAGE = 100;
const PRECONDITION_FAILED = 412;

/** The alerts: the newest as they come live, older ones and changes by request, as one list. */
@Injectable({ providedIn: 'root' })
export class AlertsStore {
  private readonly origin = inject(API_ORIGIN);
  private readonly live = inject(LiveStateStore);
  /** Names the snapshot that the shown state goes on from. What was asked for before it may have changed unseen. */
  private readonly snapshot = computed(() => {
    const shown = this.live.shown();
    return shown === null ? '' : `${shown.epoch} ${shown.since}`;
  });
  /** What requests have brought since a snapshot. */
  private readonly answers = signal<{ snapshot: string; alerts: readonly Alert[] }>({
    snapshot: '',
    alerts: [],
  });
  private readonly chosen = signal<{ readonly id: string } | null>(null);
  /** The alert that was opened last by its id: it may be older than all that are held. */
  private readonly opened = signal<Alert | null>(null);
  private readonly olderState = signal<{
    snapshot: string;
    status: string;
    next: string | null;
    state: OlderAlerts;
  }>({ snapshot: '', status: '', next: null, state: 'unasked' });

  /** Newest first; null before the first frame. */
  readonly alerts = computed<readonly Alert[] | null>(() => {
    const shown = this.live.shown();
    if (shown === null) return null;
    const { snapshot, alerts } = this.answers();
    return withAlerts(snapshot === this.snapshot() ? alerts : [], shown.frame.alerts ?? []);
  });
  readonly selected = computed(() => {
    const isChosen = ({ id }: Alert): boolean => id === this.chosen()?.id;
    const opened = this.opened();
    return this.alerts()?.find(isChosen) ?? (opened !== null && isChosen(opened) ? opened : null);
  });
  /** The choice itself: another object each time, also when the same alert is chosen again. */
  readonly choice = this.chosen.asReadonly();
  /** Open alerts of the whole timeline; null when it is not said. */
  readonly openInAll = computed(() => this.live.frame()?.pipeline.detection?.alerts.open ?? null);

  constructor() {
    effect(() => {
      this.snapshot();
      untracked(() => void this.openAgain());
    });
  }

  /** Chooses the alert that is looked at; null chooses none. */
  select(id: string | null): void {
    this.chosen.set(id === null ? null : { id });
  }

  /** Chooses an alert that may not be among those that are held; nothing happens when there is none. */
  async open(id: string): Promise<void> {
    if (!this.alerts()?.some((alert) => alert.id === id)) {
      const outcome = await ask(this.url(`/${id}`), AlertSchema);
      if (outcome.kind !== 'answered') return;
      this.opened.set(outcome.answer);
    }
    this.select(id);
  }

  /** Asks again for the chosen alert when a snapshot has left it out. */
  private async openAgain(): Promise<void> {
    const id = this.chosen()?.id;
    if (id === undefined || this.alerts()?.some((alert) => alert.id === id) !== false) return;
    const outcome = await ask(this.url(`/${id}`), AlertSchema);
    if (outcome.kind === 'answered') this.opened.set(outcome.answer);
  }

  /** How far the alerts of a status (empty: of any) were asked for beyond the live ones. */
  older(status: string): OlderAlerts {
    const asked = this.olderAsked(status);
    const isFull = asked?.state !== 'all' && (this.alerts()?.length ?? 0) >= MAX_ALERTS;
    return isFull ? 'full' : (asked?.state ?? 'unasked');
  }

  /** Asks for the next page of alerts of a status (empty: of any). */
  async loadOlder(status: string): Promise<void> {
    const cursor = this.olderAsked(status)?.next ?? null;
    const asked = { snapshot: this.snapshot(), status };
    this.olderState.set({ ...asked, next: cursor, state: 'loading' });
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (status !== '') query.set('status', status);
    if (cursor !== null) query.set('cursor', cursor);
    const page = await ask(this.url(`?${query}`), AlertListSchema);
    if (this.olderAsked(status) === undefined) return;
    this.olderState.set({
      ...asked,
      ...(page.kind === 'answered' ? this.keepPage(page.answer) : { next: cursor, state: 'failed' as const }),
    });
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

  /** What was last asked of older alerts, when it was for this status and since the present snapshot. */
  private olderAsked(status: string) {
    const asked = this.olderState();
    return asked.status === status && asked.snapshot === this.snapshot() ? asked : undefined;
  }

  private keepPage({ items, next }: AlertList) {
    this.keep(items);
    return { next, state: next === null ? ('all' as const) : ('more' as const) };
  }

  private keep(alerts: readonly Alert[]): void {
    const snapshot = this.snapshot();
    this.answers.update((known) => ({
      snapshot,
      alerts: withAlerts(known.snapshot === snapshot ? known.alerts : [], alerts),
    }));
    this.opened.update((opened) => {
      const later = alerts.find(({ id }) => id === opened?.id);
      return opened === null || later === undefined ? opened : furtherOn(opened, later);
    });
  }

  private url(rest: string): string {
    return `${this.origin}/api/v1/alerts${rest}`;
  }
}

function causeOf(outcome: Outcome<unknown>): string {
  return outcome.kind === 'refused' ? outcome.title : 'The server does not answer';
}
