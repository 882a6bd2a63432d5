import { ApiTextParameters } from '../http/openapi-schema';

const FILTERS = {
  timeline: 'Default `live`.',
  source: 'IP address of the source.',
  target: 'IP address of the target, or its host name.',
  country: 'ISO 3166-1 alpha-2 code of the source.',
  category: 'ECS `event.category`.',
  outcome: '`success`, `failure` or `unknown`.',
  severity: '`info`, `low`, `medium`, `high`, `critical`; with `+` that and above.',
  dataset: 'Name of a dataset.',
  action: 'ECS `event.action`.',
  user: '`user.name`.',
} as const;

/** Documents the filters that every read takes. */
export function ApiEventFilter(): MethodDecorator {
  return ApiTextParameters(FILTERS);
}
