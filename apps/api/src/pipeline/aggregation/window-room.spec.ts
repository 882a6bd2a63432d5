import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { arcOf } from './cell';
import { Tally } from './tally';
import { encodeTally } from './tally-codec';
import { WindowRoom } from './window-room';
import { writeWindow } from './window.store';

const STEP: WindowStep = '1s';
const WINDOWS = WINDOW_STEPS[STEP].retentionMs / WINDOW_STEPS[STEP].sizeMs;
const BYTES = WINDOWS * 20_000;
const KEYS = 800;

/** A window in which several dimensions have so many keys that no other window has. */
function flooded(window: number, keys = KEYS): Tally {
  const tally = new Tally();
  const { facets, sources, targets, users } = tally.vocabulary;
  for (let i = 0; i < keys; i++) {
    const number = Math.imul(window * keys + i, 2_654_435_761) >>> 0;
    const cell = number % 60_000;
    tally.count({
      facet: facets.idOf('nginx.access|web|failure|low|http-request'),
      countries: -1,
      cells: cell,
      sources: sources.idOf(`2001:db8::${number.toString(16)}||`),
      targets: targets.idOf(`host-${number}`),
      users: users.idOf(`user-${number}`),
      ports: number % 65_536,
      arcs: arcOf(cell, number % 5_000),
    });
  }
  return tally;
}

function roomWith(taken: Readonly<Record<string, number>>, trackedKeys = 50_000): WindowRoom {
  const encode = (tally: Tally): Buffer => writeWindow(encodeTally(tally));
  const room = new WindowRoom({ trackedKeys, bytesAStep: BYTES, encode });
  for (const [timeline, bytes] of Object.entries(taken)) room.setTaken(timeline, STEP, bytes);
  return room;
}

const whole = writeWindow(encodeTally(flooded(0))).length;

/** Bytes of a flooded window that is stored where timelines have taken so much. */
function storedIn(room: WindowRoom, timeline: string): number {
  return room.store({ timeline, step: STEP, replaces: 0 }, flooded(0)).length;
}

describe('a window', () => {
  it('keeps every key while its timeline and the others leave room', () => {
    expect(storedIn(roomWith({ live: BYTES - 1 }), 'live')).toBe(whole);
    expect(storedIn(roomWith({ live: BYTES / 4, 'replay-1': BYTES / 4 }), 'live')).toBe(whole);
  });

  it('takes its even share of the bytes where there is none, all of its dimensions together', () => {
    const stored = storedIn(roomWith({ live: BYTES }), 'live');
    expect(stored).toBeLessThanOrEqual(BYTES / WINDOWS);
    expect(stored).toBeGreaterThan(BYTES / WINDOWS / 8);
  });

  it('has what it replaces as room', () => {
    const room = roomWith({ live: BYTES + 10 });
    expect(room.store({ timeline: 'live', step: STEP, replaces: 11 }, flooded(0)).length).toBe(whole);
    expect(room.taken('live', STEP)).toBe(BYTES - 1 + whole);
  });

  it('is not cut where its keys fit its share', () => {
    const small = flooded(0, 30);
    const stored = roomWith({ live: BYTES }).store({ timeline: 'live', step: STEP, replaces: 0 }, small);
    expect(stored).toEqual(writeWindow(encodeTally(flooded(0, 30))));
  });
});

describe('the room of live and of the named timelines', () => {
  it('is half of all for live at least, whatever the named ones hold', () => {
    const named = { 'replay-1': BYTES, 'replay-2': BYTES };
    expect(storedIn(roomWith({ ...named, live: BYTES / 2 - 1 }), 'live')).toBe(whole);
    expect(storedIn(roomWith({ ...named, live: BYTES / 2 }), 'live')).toBeLessThanOrEqual(
      BYTES / 2 / WINDOWS,
    );
  });

  it('is half of all for the named ones at least, which share it', () => {
    expect(storedIn(roomWith({ live: BYTES, 'replay-1': BYTES / 2 - 1 }), 'replay-2')).toBe(whole);
    const full = roomWith({ live: BYTES, 'replay-1': BYTES / 2 });
    expect(storedIn(full, 'replay-1')).toBeLessThanOrEqual(BYTES / 2 / WINDOWS);
    expect(storedIn(full, 'replay-2')).toBeLessThanOrEqual(BYTES / 4 / WINDOWS + 12_288 + 20 * 7 * 16);
  });

  it('holds all bytes within two and a half times, after any flood', () => {
    const room = roomWith({ live: BYTES });
    for (let window = 0; window < 8; window++)
      for (const timeline of ['live', 'replay-1'])
        room.store({ timeline, step: STEP, replaces: 0 }, flooded(window));
    const perWindow = (room.taken('live', STEP) - BYTES) / 8;
    expect(perWindow * WINDOWS).toBeLessThanOrEqual(BYTES / 2 + 1);
    expect(room.taken('replay-1', STEP)).toBeLessThanOrEqual(BYTES);
  });
});
