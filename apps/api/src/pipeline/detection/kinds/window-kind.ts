import type { Keyed } from '../keyed-states';
import type { WindowPartial } from '../window-partial';
import type { Firing, Progress } from './ordered-kind';

/** A kind of rule that judges closed tumbling windows. Its memory of earlier windows is plain and bounded. */
export interface WindowKind<S extends Keyed> {
  /** Memory of a key that has none; `undefined` for a kind that remembers nothing. */
  start(): S | undefined;
  /** Takes one closed window of the key, all partitions together. */
  judge(partial: WindowPartial, memory: S | undefined): Firing | undefined;
  /** How near the window is to firing, before it is judged; changes nothing. Asked for only where the rule is explained. */
  progress(partial: WindowPartial, memory: S | undefined): Progress;
}
