import { WEB_ERRORS, type MessagePattern } from './error-kinds';

/**
 * Messages of httpd's modules, in the words of 2.2 and 2.4 (`modules/aaa`, `modules/http`, `modules/generators`,
 * `modules/ssl` of its source). Their numbers (`AH01630`) changed less than their words, but 2.2 has none. The first row that
 * fits decides. Each pattern is anchored or a plain text, with one unbounded part: linear.
 */
export const APACHE_MESSAGES: readonly MessagePattern[] = [
  {
    pattern: /^(?:Digest: )?user `(?<user>.*)' in realm `[^']*' (?:not found|denied)/,
    kind: WEB_ERRORS.loginFailed,
  },
  { pattern: /^user (?<user>.*) not found(?:: |$)/, kind: WEB_ERRORS.loginFailed },
  {
    pattern: /^(?:Digest: )?user (?<user>.*): (?:authentication failure|password mismatch)/,
    kind: WEB_ERRORS.loginFailed,
  },
  {
    pattern: /^(?:\[\d+\] )?auth_ldap authenticate: user (?<user>.*) authentication failed/,
    kind: WEB_ERRORS.loginFailed,
  },
  { pattern: /^PAM: user '(?<user>[^']*)' - not authenticated/, kind: WEB_ERRORS.loginFailed },
  { pattern: /^AuthType (?:Basic|Digest).*authentication failed/, kind: WEB_ERRORS.loginFailed },
  { pattern: /^(?:Digest: )?client used wrong authentication scheme/, kind: WEB_ERRORS.loginFailed },
  {
    pattern:
      /^(?:Digest: )?(?:invalid (?:qop|nonce|opaque)|realm mismatch|unknown algorithm|nonce mismatch|uri mismatch)/,
    kind: WEB_ERRORS.loginFailed,
  },
  {
    pattern: /^Authorization of user (?<user>.{0,256}?) to access .* failed, reason: /,
    kind: WEB_ERRORS.accessDenied,
  },
  { pattern: /^access to .* failed(?:,| for )/, kind: WEB_ERRORS.accessDenied },
  { pattern: /^(?:\[client [^\]]*\] )?ModSecurity: .*Access denied/, kind: WEB_ERRORS.ruleDenied },
  { pattern: /^(?:\[client [^\]]*\] )?ModSecurity: /, kind: WEB_ERRORS.ruleMatched },
  { pattern: /^client denied by server configuration/, kind: WEB_ERRORS.accessDenied },
  { pattern: /^client denied by |^Blacklisting address /, kind: WEB_ERRORS.rateLimited },
  { pattern: /^Directory index forbidden by |^Cannot serve directory /, kind: WEB_ERRORS.accessDenied },
  {
    pattern: /^Symbolic link not allowed|^Options ExecCGI is off|^attempt to invoke directory as script/,
    kind: WEB_ERRORS.accessDenied,
  },
  { pattern: /^\(13\)Permission denied|^file permissions deny server access/, kind: WEB_ERRORS.accessDenied },
  {
    pattern: /ignoring function definition attempt|error importing function definition for/,
    kind: WEB_ERRORS.exploitAttempt,
  },
  { pattern: /^File does not exist: |^Attempt to serve directory: /, kind: WEB_ERRORS.notFound },
  {
    pattern: /^(?:stderr from [^:]{0,512}: )?script (?:'[^']*' )?not found or unable to stat/,
    kind: WEB_ERRORS.notFound,
  },
  { pattern: /^Got error 'Primary script unknown/, kind: WEB_ERRORS.notFound },
  {
    pattern: /^request failed: |^Invalid (?:URI|method) in request|^invalid URI path/i,
    kind: WEB_ERRORS.badRequest,
  },
  {
    pattern: /^client sent |^erroneous characters after protocol string|^URI too long/,
    kind: WEB_ERRORS.badRequest,
  },
  { pattern: /^Hostname .* provided via SNI|^No hostname was provided via SNI/, kind: WEB_ERRORS.badRequest },
  { pattern: /^SSL (?:Library Error|handshake failed)|^Re-negotiation /, kind: WEB_ERRORS.tlsFailed },
  {
    pattern: /^PHP |^stderr from |^Got error '|^Premature end of script headers/,
    kind: WEB_ERRORS.scriptOutput,
  },
  {
    pattern: /^(?:Error reading from remote server|proxy: |The timeout specified has expired)/,
    kind: WEB_ERRORS.upstreamFailed,
  },
];
