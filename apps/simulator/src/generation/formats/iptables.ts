import type { LogWriter, NativeFormat } from '../native-format';
import type { SeededRandom } from '../seeded-random';
import type { Target } from '../target';
import { SECOND_US, seconds, syslogTime } from '../timestamps';

const HEX = '0123456789abcdef';

/** The kernel's LOG target before a DROP rule: one line per packet that is refused. */
class IptablesWriter implements LogWriter {
  private readonly mac: string;
  private readonly bootUs: number;
  private firstUs = -1;

  constructor(
    private readonly target: Target,
    private readonly random: SeededRandom,
  ) {
    const card = (): string => `52:54:00:${[0, 1, 2].map(() => random.text(HEX, 2)).join(':')}`;
    this.mac = `${card()}:${card()}`;
    this.bootUs = random.between(1000, 4_000_000) * SECOND_US;
  }

  write(
    activity: Parameters<LogWriter['write']>[0],
    us: number,
    outlet: Parameters<LogWriter['write']>[2],
  ): void {
    if (activity.kind !== 'flow') return;
    if (this.firstUs < 0) this.firstUs = us;
    const { random, target } = this;
    const { source, sourcePort, destinationPort, transport } = activity;
    const family6 = source.includes(':');
    const uptime = seconds(this.bootUs + us - this.firstUs).padStart(12);
    const network = family6
      ? `LEN=60 TC=0 HOPLIMIT=${random.between(40, 250)} FLOWLBL=0`
      : `LEN=44 TOS=0x00 PREC=0x00 TTL=${random.between(40, 250)} ID=${random.below(65_536)}`;
    const transportPart =
      transport === 'tcp'
        ? `PROTO=TCP SPT=${sourcePort} DPT=${destinationPort} WINDOW=1024 RES=0x00 SYN URGP=0 `
        : `PROTO=UDP SPT=${sourcePort} DPT=${destinationPort} LEN=24 `;
    const frame = `MAC=${this.mac}:${family6 ? '86:dd' : '08:00'}`;
    outlet(
      us,
      `${syslogTime(us)} ${target.host} kernel: [${uptime}] [UFW BLOCK] IN=eth0 OUT= ${frame} SRC=${source} DST=${activity.destination} ${network} ${transportPart}`,
    );
  }
}

export const iptables: NativeFormat = {
  dataset: 'iptables',
  records: ['flow'],
  namesHost: true,
  open: (target, random) => new IptablesWriter(target, random),
};
