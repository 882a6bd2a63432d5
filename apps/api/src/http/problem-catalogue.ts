/** Every refusal of the HTTP interface: code -> status and title. The codes are public; docs list them from here. */
export const PROBLEMS = {
  malformed_json: [400, 'The body is not valid JSON'],
  malformed_request: [400, 'The request is not valid HTTP'],
  bad_url: [400, 'The address is not a valid URL'],
  empty_body: [400, 'The body is empty'],
  invalid_shape: [400, 'The body has the wrong root'],
  invalid_encoding: [400, 'The body is not valid UTF-8 text'],
  forbidden_key: [400, 'The body has a forbidden key'],
  no_valid_event: [400, 'No event of the request was valid'],
  invalid_field: [400, 'A field of the body is not valid'],
  invalid_raw: [400, 'The raw text cannot be redriven'],
  invalid_parameter: [400, 'A parameter is not valid'],
  step_not_retained: [400, 'Windows of this step are not kept for that range'],
  invalid_idempotency_key: [400, 'The Idempotency-Key is not valid'],
  forbidden: [403, 'This is not allowed'],
  not_found: [404, 'There is nothing here'],
  unknown_dataset: [404, 'There is no such dataset'],
  method_not_allowed: [405, 'The method is not allowed here'],
  request_timeout: [408, 'The request did not arrive in time'],
  already_redriven: [409, 'The dead letter was redriven before'],
  raw_required: [409, 'The dead letter keeps no whole text; send it as raw'],
  conflict: [409, 'The request conflicts with the present state'],
  key_in_use: [409, 'A request with this Idempotency-Key is still running'],
  too_many_timelines: [409, 'There are as many timelines as there may be'],
  precondition_failed: [412, 'The version is not the present one'],
  payload_too_large: [413, 'The body is too large'],
  too_many_events: [413, 'The request has too many events'],
  too_many_lines: [413, 'The request has too many lines'],
  uri_too_long: [414, 'The address is too long'],
  unsupported_media_type: [415, 'The media type is not accepted here'],
  unsupported_charset: [415, 'Only UTF-8 is accepted'],
  unsupported_encoding: [415, 'The content encoding is not accepted'],
  invalid_simulation: [422, 'The simulation cannot be run as it was asked for'],
  key_reused: [422, 'The Idempotency-Key came with another request before'],
  precondition_required: [428, 'The request must say which version it changes'],
  rate_limited: [429, 'Too many requests'],
  headers_too_large: [431, 'The header fields are too large'],
  internal_error: [500, 'The request failed'],
  overloaded: [503, 'The pipeline is full'],
  simulator_unavailable: [503, 'No simulator answers on this machine'],
  storage_unavailable: [503, 'The storage does not answer'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The HTTP status of a problem. */
export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}
