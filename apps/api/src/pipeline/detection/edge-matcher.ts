/** Where a word must stand in a text. */
export type Edge = 'beginning' | 'end';

interface Node {
  readonly next: Map<number, Node>;
  isWord: boolean;
}

/**
 * Tells whether a text begins, or ends, with any of a list of words, ASCII letters in both cases. It goes in from that edge and
 * stops at the first character that no word has there, so nearly every text is refused after one or two.
 */
export class EdgeMatcher {
  private readonly root: Node = { next: new Map(), isWord: false };
  private readonly step: 1 | -1;

  constructor(words: readonly string[], edge: Edge) {
    this.step = edge === 'beginning' ? 1 : -1;
    for (const word of words) this.insert(word);
  }

  /** True when one of the words stands at the edge of `text`. */
  isAt(text: string): boolean {
    let node: Node | undefined = this.root;
    for (let at = this.first(text); at >= 0 && at < text.length; at += this.step) {
      node = node.next.get(lowerCase(text.charCodeAt(at)));
      if (node === undefined) return false;
      if (node.isWord) return true;
    }
    return false;
  }

  private insert(word: string): void {
    if (word === '') throw new RangeError('an empty word stands everywhere');
    let node = this.root;
    for (let at = this.first(word); at >= 0 && at < word.length; at += this.step) {
      const code = lowerCase(word.charCodeAt(at));
      const next: Node = node.next.get(code) ?? { next: new Map(), isWord: false };
      node.next.set(code, next);
      node = next;
    }
    node.isWord = true;
  }

  private first(text: string): number {
    return this.step === 1 ? 0 : text.length - 1;
  }
}

function lowerCase(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}
