import type { NativeFormat } from '../native-format';
import { accessLogTime } from '../timestamps';

/** nginx's `combined` access log; a line names no host. */
export const nginxAccess: NativeFormat = {
  dataset: 'nginx.access',
  records: ['request'],
  namesHost: false,
  open: () => ({
    write(activity, us, outlet) {
      if (activity.kind !== 'request') return;
      const { source, method, path, status, bytes, referrer, userAgent } = activity;
      outlet(
        us,
        `${source} - - [${accessLogTime(us)}] "${method} ${path} HTTP/1.1" ${status} ${bytes} "${referrer}" "${userAgent}"`,
      );
    },
  }),
};
