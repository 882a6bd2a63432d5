import type { NativeFormat, NativeFormatName } from '../native-format';
import { cowrie } from './cowrie';
import { iptables } from './iptables';
import { linuxAuth } from './linux-auth';
import { nginxAccess } from './nginx-access';
import { openssh } from './openssh';
import { suricataEve } from './suricata-eve';
import { zeekConn, zeekDns, zeekHttp, zeekSsh } from './zeek';

/** Every native format under the name that scenarios use. */
export const FORMATS: Readonly<Record<NativeFormatName, NativeFormat>> = {
  openssh,
  'linux.auth': linuxAuth,
  'nginx.access': nginxAccess,
  'suricata.eve': suricataEve,
  'zeek.conn': zeekConn,
  'zeek.ssh': zeekSsh,
  'zeek.http': zeekHttp,
  'zeek.dns': zeekDns,
  iptables,
  cowrie,
};
