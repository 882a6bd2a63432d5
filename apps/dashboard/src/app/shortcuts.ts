import { SNAPSHOT_WINDOWS, type SnapshotWindow } from '@watchfloor/contracts';

export type Shortcut = 'pause' | 'help' | 'theme' | SnapshotWindow;

const WINDOWS = Object.keys(SNAPSHOT_WINDOWS) as SnapshotWindow[];

/**
 * What a key press on the page means; null when it belongs to the control that has the focus, to the browser, or
 * to nothing.
 */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return null;
  const focused = event.target instanceof Element ? event.target : null;
  if (focused?.closest('input, select, textarea, dialog')) return null;
  if (event.key === ' ') return focused?.closest('button, a, summary') ? null : 'pause';
  if (event.key === '?') return 'help';
  if (event.key === 't') return 'theme';
  return WINDOWS[Number(event.key) - 1] ?? null;
}
