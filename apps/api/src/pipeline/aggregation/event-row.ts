import { type EventRow, type NormalisedEvent, severityLevel } from '@watchfloor/contracts';

/** An event as lists show it. */
export function toEventRow(event: NormalisedEvent): EventRow {
  return {
    id: event.event.id ?? '',
    time: event['@timestamp'],
    dataset: event.event.dataset ?? 'watchfloor',
    category: event.event.category[0] ?? '',
    action: event.event.action ?? '',
    outcome: event.event.outcome ?? 'unknown',
    severity: severityLevel(event.event.severity),
    source: event.source?.ip ?? event.source?.address ?? '',
    target: event.destination?.ip ?? event.host?.name ?? '',
    user: event.user?.name ?? '',
    country: event.source?.geo?.country_iso_code ?? '',
    synthetic: event.labels?.['synthetic'] === 'true',
  };
}
