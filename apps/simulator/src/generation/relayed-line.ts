import type { NativeLine } from './line-queue';
import { syslogTime } from './timestamps';

/**
 * A line as it stands in a file that gathers the logs of many hosts: nginx, whose own lines name no host, sends them there by
 * syslog (https://nginx.org/en/docs/syslog.html). Records in JSON have no header to carry one, and all others name theirs.
 */
export function relayedLine({ text, lane, eventUs }: NativeLine): string {
  if (lane.dataset !== 'nginx.access' || lane.host === undefined) return text;
  return `${syslogTime(eventUs)} ${lane.host} nginx: ${text}`;
}
