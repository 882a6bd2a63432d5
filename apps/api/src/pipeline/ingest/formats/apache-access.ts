import type { Format } from '../format';
import { AccessLogReader, looksLikeAccess } from './web/access-log';
import type { Origin } from './classification';

const ORIGIN: Origin = { dataset: 'apache.access', module: 'apache' };
/** `%v:%p` of `vhost_combined`, which nginx has no predefined format for. */
const VIRTUAL_HOST = /^[\w.-]+:\d{1,5} [0-9a-fA-F.:]+ \S+ /;
/** Apache escapes a quote with a backslash, nginx as `\x22`. */
const ESCAPED_QUOTE = '\\"';
/** The common log format ends with the size; nginx's one predefined format always has the agent. */
const COMMON_END = /" \d{3} (?:\d{1,20}|-)\s?$/;

/**
 * The access log of Apache httpd: the formats `common`, `combined` and `vhost_combined` of its default
 * configuration (https://httpd.apache.org/docs/2.4/mod/mod_log_config.html).
 */
export const apacheAccess: Format = {
  dataset: ORIGIN.dataset,
  recognises: (line) =>
    (VIRTUAL_HOST.test(line) || line.includes(ESCAPED_QUOTE) || COMMON_END.test(line.slice(-64))) &&
    looksLikeAccess(line),
  reader: (context) => new AccessLogReader(ORIGIN, context),
};
