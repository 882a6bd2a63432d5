import type { NormalisedEvent } from '@watchfloor/contracts';
import { ShapeNode } from './shape-tree';
import type { Records } from './records';

/** Nodes of the tree of shapes before it is started again: senders choose which fields an event has. */
const MOST_NODES = 50_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes events as records: the shape of each by number, its values as 32-bit cells and as one long text. Shapes are
 * remembered from batch to batch, so that the cost of an event is that of its values.
 */
export class RecordWriter {
  #size = { nodes: 0 };
  #root = new ShapeNode('', '', this.#size);
  #batch = 0;
  #cells = new Uint32Array(16_384);
  #used = 0;
  #text = '';
  #names = new Map<string, number>();
  #event: Pick<NormalisedEvent, 'source' | 'destination'> = {};

  /** The records of some events. `times` are theirs in ms since the epoch, as `@timestamp` has them. */
  write(events: readonly NormalisedEvent[], times: readonly number[], future: readonly number[]): Records {
    this.#begin();
    const shapes: string[] = [];
    const shapeOf = new Uint16Array(events.length);
    for (let row = 0; row < events.length; row++) {
      const event = events[row];
      if (event === undefined) continue;
      this.#event = event;
      const leaf = this.#object(event, this.#root);
      if (leaf.batch !== this.#batch) {
        leaf.batch = this.#batch;
        leaf.number = shapes.push(leaf.shape) - 1;
      }
      shapeOf[row] = leaf.number;
    }
    return {
      times: Float64Array.from(times),
      shapes,
      shapeOf,
      cells: this.#cells.slice(0, this.#used),
      names: [...this.#names.keys()],
      text: this.#text,
      future,
    };
  }

  #begin(): void {
    if (this.#size.nodes > MOST_NODES) {
      this.#size = { nodes: 0 };
      this.#root = new ShapeNode('', '', this.#size);
    }
    this.#batch++;
    this.#used = 0;
    this.#text = '';
    this.#names = new Map();
  }

  #object(part: Fields, at: ShapeNode): ShapeNode {
    let node = at;
    for (const key in part) {
      const value = part[key];
      if (value !== undefined) node = this.#value(value, node.field(key));
    }
    return node;
  }

  #value(value: unknown, field: ShapeNode): ShapeNode {
    if (typeof value === 'string') return this.#string(value, field);
    if (typeof value === 'number') return this.#number(value, field);
    if (typeof value !== 'object' || value === null) return this.#json(value, field);
    if (Array.isArray(value)) return this.#list(value as string[], field);
    const inside = field.open();
    if (field.role === 'open' && !admitsAll(inside, value as Fields)) return this.#json(value, field);
    return this.#object(value as Fields, inside).close();
  }

  #list(list: readonly string[], field: ShapeNode): ShapeNode {
    if (field.role === 'ends' && isEnds(list, this.#event)) return field.slot('ends');
    const words = field.role === 'word' ? field.words(list) : undefined;
    return words ?? this.#json(list, field);
  }

  #string(value: string, field: ShapeNode): ShapeNode {
    if (field.role === 'word') {
      const word = field.word(value);
      if (word !== undefined) return word;
    } else if (field.role === 'name') {
      let number = this.#names.get(value);
      if (number === undefined) {
        number = this.#names.size;
        this.#names.set(value, number);
      }
      this.#cell(number);
      return field.slot('name');
    } else if (field.role === 'time') return field.slot('time');
    return this.#piece(value, field.slot('text'));
  }

  #number(value: number, field: ShapeNode): ShapeNode {
    // Neither JSON nor a text of it would keep the sign.
    if (Object.is(value, -0)) return this.#piece('-0', field.slot('number'));
    if (field.role === 'word') {
      const word = field.word(value);
      if (word !== undefined) return word;
    }
    if (value >>> 0 !== value) return this.#piece(String(value), field.slot('number'));
    this.#cell(value);
    return field.slot('integer');
  }

  #json(value: unknown, field: ShapeNode): ShapeNode {
    return this.#piece(JSON.stringify(value), field.slot('json'));
  }

  #piece(text: string, behind: ShapeNode): ShapeNode {
    this.#text += text;
    this.#cell(text.length);
    return behind;
  }

  #cell(value: number): void {
    if (this.#used === this.#cells.length) {
      const larger = new Uint32Array(this.#cells.length * 2);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells[this.#used++] = value;
  }
}

/** Keys are known one after the other on the way, so only the first that is too many shows. */
function admitsAll(inside: ShapeNode, value: Fields): boolean {
  for (const key in value) if (!inside.admits(key)) return false;
  return true;
}

function isEnds(list: readonly string[], event: Pick<NormalisedEvent, 'source' | 'destination'>): boolean {
  const { source, destination } = event;
  const from = source?.ip;
  const to = destination?.ip === from ? undefined : destination?.ip;
  if (from === undefined) return list.length === 1 && list[0] === to;
  if (to === undefined) return list.length === 1 && list[0] === from;
  return list.length === 2 && list[0] === from && list[1] === to;
}
