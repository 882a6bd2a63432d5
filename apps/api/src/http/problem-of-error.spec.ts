import { problemOfError } from './problem-of-error';

const error = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('problemOfError', () => {
  it.each([
    error('ReplyError', "OOM command not allowed when used memory > 'maxmemory'."),
    error('ReplyError', 'MISCONF Redis is configured to save RDB snapshots, but unable to persist to disk'),
    error('ReplyError', 'CLUSTERDOWN The cluster is down'),
    error('ReplyError', 'WRONGTYPE Operation against a key holding the wrong kind of value'),
    error('Error', 'Connection is closed.'),
    error('Error', 'Command timed out'),
    error('Error', "Stream isn't writeable and enableOfflineQueue options is false"),
    error('MaxRetriesPerRequestError', 'Reached the max retries per request limit (which is 0).'),
    error('StorageTimeout', 'the storage did not answer within 2300 ms'),
    error('Error', 'connect ECONNREFUSED 127.0.0.1:6379'),
  ])('answers %s with storage_unavailable', (fault) => {
    expect(problemOfError(fault)).toBe('storage_unavailable');
  });

  it.each([
    [
      error('FastifyError', 'too large', { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }),
      'payload_too_large',
    ],
    [error('Error', 'Parse Error', { code: 'HPE_INVALID_METHOD' }), 'malformed_request'],
    [error('Error', 'Header overflow', { code: 'HPE_HEADER_OVERFLOW' }), 'headers_too_large'],
    [error('Error', 'Request timeout', { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), 'request_timeout'],
    [{ statusCode: 404 }, 'not_found'],
  ])('knows the client to be the cause of %s', (fault, code) => {
    expect(problemOfError(fault)).toBe(code);
  });

  it.each([new TypeError('x is not a function'), 'text', undefined, null])(
    'answers %s with internal_error',
    (fault) => {
      expect(problemOfError(fault)).toBe('internal_error');
    },
  );
});
