import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  ElementRef,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { readStored, writeStored } from '../appearance/stored-choice';
import { coordinates } from '../figures/figures';
import { AlertsStore, type AlertChange } from '../live-state/alerts-store';
import { API_ORIGIN } from '../live-state/live-state-store';
import { RulesStore } from '../live-state/rules-store';
import { SourcePlacesStore } from '../live-state/source-places-store';
import { alertRow, dayAndTime, noteWords, statusWords } from './alert-view';
import { attackName, attackPage } from './attack-names';

interface Said {
  readonly tone: 'ok' | 'warning' | 'critical';
  readonly words: string;
}

/** One alert in full: why it was raised, what it rests on, what the rule is blind to, and its handling. */
@Component({
  selector: 'wf-alert-detail',
  templateUrl: './alert-detail.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AlertDetail {
  private readonly store = inject(AlertsStore);
  private readonly rules = inject(RulesStore);
  private readonly places = inject(SourcePlacesStore);
  private readonly origin = inject(API_ORIGIN);
  private readonly title = viewChild<ElementRef<HTMLElement>>('title');
  protected readonly alert = this.store.selected;
  protected readonly row = computed(() => {
    const alert = this.alert();
    return alert === null ? null : alertRow(alert, this.places.of(alert.source));
  });
  protected readonly place = computed(() => {
    const place = this.places.of(this.alert()?.source ?? []);
    if (place === null) return null;
    const name = [place.city, place.country].filter((part) => part !== '').join(', ');
    return name === '' ? coordinates(place.latitude, place.longitude) : name;
  });
  protected readonly attack = computed(() =>
    [...(this.alert()?.tactic ?? []), ...(this.alert()?.technique ?? [])].map((id) => ({
      id,
      name: attackName(id),
      page: attackPage(id),
    })),
  );
  protected readonly sample = computed(() =>
    (this.alert()?.sample ?? []).map((id) => ({
      id,
      trace: `${this.origin}/api/v1/events/${encodeURIComponent(id)}/trace`,
    })),
  );
  protected readonly rule = computed(() => this.rules.of()(this.alert()?.rule ?? ''));
  protected readonly rulesState = this.rules.state;
  protected readonly notes = computed(() =>
    [...(this.alert()?.notes ?? [])].reverse().map((note) => ({
      at: dayAndTime(note.at),
      words: noteWords(note),
    })),
  );
  protected readonly status = computed(() => {
    const alert = this.alert();
    return alert === null ? '' : statusWords(alert);
  });
  protected readonly note = signal('');
  /** What one calls oneself: nobody signs in. */
  protected readonly person = signal(readStored('person') ?? '');
  protected readonly assignee = signal('');
  protected readonly sending = signal(false);
  protected readonly said = signal<Said | null>(null);
  private readonly shownId = computed(() => this.alert()?.id ?? null);

  constructor() {
    effect(() => {
      this.shownId();
      const rule = this.alert()?.rule;
      untracked(() => rule !== undefined && void this.rules.need(rule));
    });
    effect(() => {
      if (this.shownId() === null) return;
      untracked(() => this.said.set(null));
      this.title()?.nativeElement.focus({ preventScroll: matchMedia('(min-width: 1100px)').matches });
    });
  }

  /** Back to the list, at the row from which one came. */
  protected close(): void {
    const id = this.shownId();
    this.store.select(null);
    document.getElementById(`alert-${id}`)?.focus();
  }

  protected rename(person: string): void {
    this.person.set(person);
    writeStored('person', person.trim());
  }

  protected assign(): void {
    const assignee = this.assignee().trim() || this.person().trim();
    void this.change({ assignee: assignee === '' ? 'analyst' : assignee });
  }

  /** Sends a change together with the note that was written. */
  protected async change(change: AlertChange): Promise<void> {
    const alert = this.alert();
    if (alert === null || this.sending()) return;
    this.sending.set(true);
    const note = this.note().trim();
    const by = this.person().trim();
    const outcome = await this.store.change(alert, {
      ...change,
      ...(note === '' ? {} : { note }),
      ...(by === '' ? {} : { by }),
    });
    this.sending.set(false);
    if (outcome.kind === 'changed') {
      this.note.set('');
      this.assignee.set('');
      this.said.set({ tone: 'ok', words: 'Saved.' });
    } else if (outcome.kind === 'overtaken') {
      this.said.set({
        tone: 'warning',
        words: 'Somebody else changed this alert first. This is their state; your change was not made.',
      });
    } else {
      this.said.set({ tone: 'critical', words: `Not saved. ${outcome.cause}.` });
    }
  }
}
