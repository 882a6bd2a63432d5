import type { ProblemCode } from './problem-catalogue';

/** Errors of Fastify and of Node's HTTP parser that a client brought about. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'bad_url',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'empty_body',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  ECONNRESET: 'malformed_request',
};

const STATUSES: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid_parameter',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  412: 'precondition_failed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  422: 'invalid_parameter',
  428: 'precondition_required',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'storage_unavailable',
};

/**
 * The problem behind an error that is none of ours: by its code, else by its status, else a fault of ours.
 * A storage that is gone is `storage_unavailable`, never a 500: the client may send the same again.
 */
export function problemOfError(error: unknown): ProblemCode {
  if (typeof error !== 'object' || error === null) return 'internal_error';
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: unknown };
  const byCode = typeof code === 'string' ? (CODES[code] ?? parserProblem(code)) : undefined;
  if (byCode !== undefined) return byCode;
  if (typeof message === 'string' && isStorageError(message, error)) return 'storage_unavailable';
  return typeof statusCode === 'number' ? (STATUSES[statusCode] ?? 'internal_error') : 'internal_error';
}

/** `HPE_*`: Node's parser did not understand the request. */
function parserProblem(code: string): ProblemCode | undefined {
  return code.startsWith('HPE_') ? 'malformed_request' : undefined;
}

/** How the client of Redis says that it cannot reach it. */
const STORAGE_MESSAGE =
  /Connection is closed|Command timed out|Socket timeout|enableOfflineQueue|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|Cluster isn't ready|Failed to refresh slots cache|None of startup nodes/;

/** `ReplyError`: Redis refused a script (out of memory, disk full, loading). It does nothing then: scripts check first. */
const STORAGE_NAMES = new Set([
  'ReplyError',
  'MaxRetriesPerRequestError',
  'ClusterAllFailedError',
  'StorageTimeout',
]);

/** True for the ways in which Redis and its client say that they cannot do it now. */
function isStorageError(message: string, error: object): boolean {
  const { name } = error as { name?: unknown };
  return (typeof name === 'string' && STORAGE_NAMES.has(name)) || STORAGE_MESSAGE.test(message);
}
