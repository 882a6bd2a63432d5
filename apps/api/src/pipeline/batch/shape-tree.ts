import { roleOf, type FieldRole } from './field-roles';
import { SLOTS, type SlotName, toShapeWord } from './shape';

/** Values of one field that may become part of shapes; a sender could make up more. */
const MOST_WORDS = 128;

/** Keys of an object that senders choose, as far as they become part of shapes. */
const MOST_KEYS = 64;

/**
 * One step on the way through an event. The way from the root, key by key and slot by slot, is its shape; walking it costs one
 * look-up a field, where writing the names of the fields would cost all their letters.
 */
export class ShapeNode {
  readonly role: FieldRole;
  /** Number of this shape in the batch being written, and which batch that was. */
  number = 0;
  batch = 0;
  readonly #fields = new Map<string, ShapeNode>();
  readonly #slots = new Map<SlotName, ShapeNode>();
  readonly #words = new Map<string | number, ShapeNode>();
  readonly #singles = new Map<string, ShapeNode>();
  readonly #lists = new Map<string, ShapeNode>();
  /** What was asked for last: events that follow one another are mostly alike, and comparing is cheaper than looking up. */
  #hotKey: string | undefined;
  #hotField: ShapeNode | undefined;
  #hotWord: string | number | undefined;
  #hotNext: ShapeNode | undefined;
  #hotSlot: SlotName | undefined;
  #hotValue: ShapeNode | undefined;
  #opened: ShapeNode | undefined;
  #closed: ShapeNode | undefined;
  #shape: string | undefined;

  /**
   * @param path of the object or field that the walk has come to, dotted
   * @param written the JSON of the shape so far
   * @param size counts the nodes of the tree
   */
  constructor(
    readonly path: string,
    private readonly written: string,
    private readonly size: { nodes: number },
    private readonly enclosing: readonly string[] = [],
  ) {
    this.role = roleOf(path);
    size.nodes++;
  }

  /** On to a field of the object that the walk is in. */
  field(key: string): ShapeNode {
    if (key === this.#hotKey && this.#hotField !== undefined) return this.#hotField;
    let node = this.#fields.get(key);
    if (node === undefined) {
      const comma = this.written === '' || this.written.endsWith('{') ? '' : ',';
      const path = this.path === '' ? key : `${this.path}.${key}`;
      node = new ShapeNode(path, `${this.written}${comma}${JSON.stringify(key)}:`, this.size, [
        ...this.enclosing,
        this.path,
      ]);
      this.#fields.set(key, node);
    }
    this.#hotKey = key;
    this.#hotField = node;
    return node;
  }

  /** Whether the tree knows this key here, or may learn it. Setting `__proto__` would make no field of the event that is read. */
  admits(key: string): boolean {
    if (key === '__proto__') return false;
    return this.#fields.size < MOST_KEYS || this.#fields.has(key);
  }

  /** Behind a field whose value is in a cell. */
  slot(slot: SlotName): ShapeNode {
    if (slot === this.#hotSlot && this.#hotValue !== undefined) return this.#hotValue;
    let node = this.#slots.get(slot);
    if (node === undefined) {
      node = this.#behind(JSON.stringify(SLOTS[slot]));
      this.#slots.set(slot, node);
    }
    this.#hotSlot = slot;
    this.#hotValue = node;
    return node;
  }

  /** Behind a field whose value is part of the shape; undefined when it has too many values for that. */
  word(word: string | number): ShapeNode | undefined {
    if (word === this.#hotWord && this.#hotNext !== undefined) return this.#hotNext;
    let node = this.#words.get(word);
    if (node === undefined) {
      if (this.#words.size >= MOST_WORDS) return undefined;
      node = this.#behind(JSON.stringify(typeof word === 'string' ? toShapeWord(word) : word));
      this.#words.set(word, node);
    }
    this.#hotWord = word;
    this.#hotNext = node;
    return node;
  }

  /** The same for a list of words. */
  words(list: readonly string[]): ShapeNode | undefined {
    // Nearly every list is of one word, which is found without making a name of it.
    const only = list.length === 1 ? list[0] : undefined;
    const name = only ?? JSON.stringify(list);
    const lists = only === undefined ? this.#lists : this.#singles;
    const known = lists.get(name);
    if (known !== undefined || lists.size >= MOST_WORDS) return known;
    const node = this.#behind(JSON.stringify(list.map(toShapeWord)));
    lists.set(name, node);
    return node;
  }

  /** Into the object that is the value of this field. */
  open(): ShapeNode {
    this.#opened ??= new ShapeNode(this.path, `${this.written}{`, this.size, this.enclosing);
    return this.#opened;
  }

  /** Out of the object that the walk is in. */
  close(): ShapeNode {
    this.#closed ??= this.#behind('}');
    return this.#closed;
  }

  /** The JSON of the shape that ends here. */
  get shape(): string {
    this.#shape ??= `{${this.written}}`;
    return this.#shape;
  }

  #behind(value: string): ShapeNode {
    const path = this.enclosing.at(-1) ?? '';
    return new ShapeNode(path, this.written + value, this.size, this.enclosing.slice(0, -1));
  }
}
