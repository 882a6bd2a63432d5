import { anEvent } from '@watchfloor/contracts/testing';
import { eventRows } from './event-rows';
import { comparePositions, Placer } from './place';

const placer = new Placer();
const rows = eventRows([anEvent()]);
const place = (id: string, time = 0) => placer.place(rows, 0, time, id);

test('events of one moment keep the order of their run, request by request and line by line', () => {
  const ids = ['run-1-999', 'run-1001-0', 'run-1001-1', 'run-9001-0', 'run-10001-0', 'run-10001-10'];
  const shuffled = [...ids].reverse().map((id) => ({ id, at: place(id) }));
  expect(shuffled.sort((a, b) => comparePositions(a.at, b.at)).map(({ id }) => id)).toEqual(ids);
});

test('time goes before everything else', () => {
  expect(comparePositions(place('z-9', 1), place('a-1', 2))).toBeLessThan(0);
});
