import { ApiTextParameters } from '../../http/openapi-schema';

const FILTERS = {
  timeline: 'Default `live`.',
  status: '`open`, `acknowledged` or `closed`; several with commas between.',
  severity:
    '`info`, `low`, `medium`, `high`, `critical`; with `+` that and above; several with commas between.',
  rule: 'Id of the rule.',
  technique: 'ATT&CK id; a technique stands for its sub-techniques too.',
  source: 'One of the source addresses.',
  target: 'One of the targets.',
  since: 'First seen at this ISO 8601 time or later.',
  until: 'First seen before this ISO 8601 time.',
} as const;

/** Documents the filters of alerts. */
export function ApiAlertFilter(): MethodDecorator {
  return ApiTextParameters(FILTERS);
}
