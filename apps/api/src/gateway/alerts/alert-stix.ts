import { isIP } from 'node:net';
import type { Alert } from '@watchfloor/contracts';
import { type Indicated, isShareable } from './indicated';
import { killChainPhases, tacticsOf } from './kill-chain';
import { objectId, observableId } from './stix-id';

/** An object of STIX 2.1; its type says which other members it has. */
export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly spec_version: '2.1';
  readonly [member: string]: unknown;
}

export interface StixBundle {
  readonly type: 'bundle';
  readonly id: string;
  readonly objects: readonly StixObject[];
}

/** The bounds of `number_observed` and of the count of a sighting (STIX 2.1, sections 4.14 and 5.2). */
const MOST_OBSERVED = 999_999_999;

/** Our own identity and the techniques never change: they carry the times at which this form of them was made. */
const FIXED = '2026-01-01T00:00:00.000Z';
const TECHNIQUES_FIXED = '2026-06-01T00:00:00.000Z';

const IDENTITY = objectId('identity', 'watchfloor');

const identity: StixObject = {
  type: 'identity',
  spec_version: '2.1',
  id: IDENTITY,
  created: FIXED,
  modified: FIXED,
  name: 'Watchfloor',
  identity_class: 'system',
};

/**
 * Alerts as a STIX 2.1 bundle (https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html): for each alert the addresses, what
 * was observed of them, an indicator that indicates its techniques, and the sighting of it. The same alerts give the same
 * bundle; ids follow from the alert, so a later export is a newer version of the same objects.
 * @param indicatedBy whose addresses stand for the attack that a rule (by its id) sees; `none` for a rule that is not known
 */
export function toStixBundle(alerts: readonly Alert[], indicatedBy: (rule: string) => Indicated): StixBundle {
  const objects = new Map<string, StixObject>();
  const ofAlerts = alerts.flatMap((alert) => objectsOf(alert, indicatedBy(alert.rule)));
  for (const object of [identity, ...ofAlerts]) objects.set(object.id, object);
  const contents = [...objects.values()].map(({ id, modified }) => `${id} ${String(modified)}`);
  return { type: 'bundle', id: objectId('bundle', contents.join('\n')), objects: [...objects.values()] };
}

function objectsOf(alert: Alert, indicated: Indicated): StixObject[] {
  const observables = [...alert.source, ...alert.target].flatMap(toObservable);
  const indicating = indicated === 'none' ? [] : alert[indicated].filter(isShareable).flatMap(toObservable);
  const techniques = alert.technique.map(toAttackPattern);
  const observed = observables.length > 0 ? [toObservedData(alert, observables)] : [];
  const indicators = indicating.length > 0 ? [toIndicator(alert, indicating)] : [];
  const relationships = indicators.flatMap((indicator) =>
    techniques.map((technique) => toRelationship(alert, indicator, technique)),
  );
  // Without an address that could be an indicator, what was sighted is the technique itself.
  const [sighted] = [...indicators, ...techniques];
  const sightings = sighted ? [toSighting(alert, sighted, observed)] : [];
  return [...observables, ...techniques, ...observed, ...indicators, ...relationships, ...sightings];
}

/** An address; a host that is known by name alone is none. */
function toObservable(value: string): StixObject[] {
  const family = isIP(value);
  if (family === 0) return [];
  const type = family === 4 ? 'ipv4-addr' : 'ipv6-addr';
  return [{ type, spec_version: '2.1', id: observableId(type, value), value }];
}

function toAttackPattern(technique: string): StixObject {
  return {
    type: 'attack-pattern',
    spec_version: '2.1',
    id: objectId('attack-pattern', technique),
    created_by_ref: IDENTITY,
    created: FIXED,
    modified: TECHNIQUES_FIXED,
    name: technique,
    ...killChainPhases(tacticsOf(technique)),
    external_references: [
      {
        source_name: 'mitre-attack',
        external_id: technique,
        url: `https://attack.mitre.org/techniques/${technique.replace('.', '/')}`,
      },
    ],
  };
}

/** What every object of an alert begins with. */
function ofAlert(type: string, alert: Alert, name = alert.id): StixObject {
  return {
    type,
    spec_version: '2.1',
    id: objectId(type, name),
    created_by_ref: IDENTITY,
    created: alert.raisedAt,
    modified: modifiedAt(alert),
    external_references: [{ source_name: 'watchfloor', external_id: alert.id }],
  };
}

/** When detection or people changed it last, wall clock; never before it was created. */
function modifiedAt({ raisedAt, changedAt = raisedAt, notes }: Alert): string {
  return [raisedAt, changedAt, ...notes.map(({ at }) => at)].reduce((a, b) => (a > b ? a : b));
}

function toObservedData(alert: Alert, observables: readonly StixObject[]): StixObject {
  return {
    ...ofAlert('observed-data', alert),
    first_observed: alert.firstSeen,
    last_observed: alert.lastSeen,
    number_observed: Math.min(alert.events, MOST_OBSERVED),
    object_refs: [...new Set(observables.map(({ id }) => id))],
  };
}

function toIndicator(alert: Alert, addresses: readonly StixObject[]): StixObject {
  const pattern = addresses.map(({ type, value }) => `[${type}:value = '${String(value)}']`).join(' OR ');
  return {
    ...ofAlert('indicator', alert),
    name: alert.rule,
    description: alert.reason,
    indicator_types: ['malicious-activity'],
    pattern,
    pattern_type: 'stix',
    valid_from: alert.firstSeen,
    ...killChainPhases(alert.tactic),
    labels: [`severity:${alert.severity}`, `status:${alert.status}`, ...alert.aliases],
  };
}

function toRelationship(alert: Alert, indicator: StixObject, technique: StixObject): StixObject {
  return {
    ...ofAlert('relationship', alert, `${alert.id} ${technique.id}`),
    relationship_type: 'indicates',
    source_ref: indicator.id,
    target_ref: technique.id,
  };
}

function toSighting(alert: Alert, sighted: StixObject, observed: readonly StixObject[]): StixObject {
  return {
    ...ofAlert('sighting', alert),
    description: alert.reason,
    first_seen: alert.firstSeen,
    last_seen: alert.lastSeen,
    count: Math.min(alert.events, MOST_OBSERVED),
    sighting_of_ref: sighted.id,
    ...(observed.length > 0 ? { observed_data_refs: observed.map(({ id }) => id) } : {}),
    where_sighted_refs: [IDENTITY],
  };
}
