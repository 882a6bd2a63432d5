import type { Format } from '../format';
import { AccessLogReader, looksLikeAccess } from './web/access-log';
import type { Origin } from './classification';

const ORIGIN: Origin = { dataset: 'nginx.access', module: 'nginx' };

/**
 * nginx's access log: the predefined format `combined`, shorter forms of it and columns behind it
 * (https://nginx.org/en/docs/http/ngx_http_log_module.html). A combined line of Apache is the same text: `auto`, which
 * cannot know, reads it with the same fields as one of nginx.
 */
export const nginxAccess: Format = {
  dataset: ORIGIN.dataset,
  recognises: looksLikeAccess,
  reader: (context) => new AccessLogReader(ORIGIN, context),
};
