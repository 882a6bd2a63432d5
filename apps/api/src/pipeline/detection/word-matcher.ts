/**
 * Finds any of a list of words in a text in one pass, whatever the number of words: an Aho-Corasick automaton with all
 * transitions filled in (Aho, Corasick: Efficient string matching, 1975). ASCII letters match in both cases.
 * Its cost is one table look-up a character, so no text, however hostile, makes it slow.
 */
export class WordMatcher {
  private readonly classOf = new Uint8Array(128);
  private readonly classes: number;
  private readonly next: Int32Array;
  private readonly accepts: Uint8Array;

  /** Throws a RangeError on an empty word or one outside ASCII: the rule loader reports it. */
  constructor(words: readonly string[]) {
    const lowered = words.map(asciiWord);
    this.classes = this.assignClasses(lowered);
    const states = 1 + lowered.reduce((sum, word) => sum + word.length, 0);
    this.next = new Int32Array(states * this.classes).fill(-1);
    this.accepts = new Uint8Array(states);
    this.link(this.insert(lowered));
  }

  /** True when `text` contains one of the words. */
  isIn(text: string): boolean {
    const { classOf, next, accepts, classes } = this;
    let state = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      state = code < 128 ? (next[state * classes + (classOf[code] ?? 0)] ?? 0) : 0;
      if (accepts[state] === 1) return true;
    }
    return false;
  }

  /** Characters that occur in no word share class 0, so the table stays small. */
  private assignClasses(words: readonly string[]): number {
    let classes = 1;
    for (const word of words)
      for (let at = 0; at < word.length; at += 1) {
        const code = word.charCodeAt(at);
        if (this.classOf[code] !== 0) continue;
        this.classOf[code] = classes;
        this.classOf[upperCase(code)] = classes;
        classes += 1;
      }
    return classes;
  }

  private insert(words: readonly string[]): number {
    let states = 1;
    for (const word of words) {
      let state = 0;
      for (let at = 0; at < word.length; at += 1) {
        const slot = state * this.classes + (this.classOf[word.charCodeAt(at)] ?? 0);
        if (this.next[slot] === -1) this.next[slot] = states++;
        state = this.next[slot] ?? 0;
      }
      this.accepts[state] = 1;
    }
    return states;
  }

  /** Breadth first: a missing transition is that of the longest suffix which is also a beginning of a word. */
  private link(states: number): void {
    const suffix = new Int32Array(states);
    const queue: number[] = [0];
    for (let head = 0; head < queue.length; head += 1) {
      const state = queue[head] ?? 0;
      const fallback = suffix[state] ?? 0;
      if (this.accepts[fallback] === 1) this.accepts[state] = 1;
      for (let symbol = 0; symbol < this.classes; symbol += 1) {
        const slot = state * this.classes + symbol;
        const inherited = state === 0 ? 0 : (this.next[fallback * this.classes + symbol] ?? 0);
        const child = this.next[slot] ?? -1;
        if (child === -1) this.next[slot] = inherited;
        else {
          suffix[child] = inherited;
          queue.push(child);
        }
      }
    }
  }
}

function upperCase(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code;
}

function asciiWord(word: string): string {
  if (!/^[ -~]+$/.test(word)) throw new RangeError(`"${word}" is not a word of printable ASCII characters`);
  return word.toLowerCase();
}
