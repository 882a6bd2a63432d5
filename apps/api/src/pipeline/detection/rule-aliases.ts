import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import type { Alias, Document, Node } from 'yaml';

/** An alias that cannot be used, and why. `offset` counts characters of the text from its beginning. */
export interface AliasMistake {
  readonly offset: number;
  readonly message: string;
}

/** Aliases of one file; looking one up goes through those before it. */
const MOST_ALIASES = 10_000;

/** Values of one file when every alias stands for its whole content; beyond that aliases of aliases grow without bound. */
const MOST_VALUES = 1_000_000;

/**
 * What is wrong with the aliases (`*name`) and merges (`<<`) of a document: the parser takes all of them, and only turning the document
 * into values fails. At most one mistake for each alias; where there is none, the content is finite and of bounded size.
 */
export function aliasMistakes(document: Document): AliasMistake[] {
  const walk = new AliasWalk();
  visit(document, {
    Node: (_key, node) => walk.see(node),
    Pair: (_key, { key, value }) => {
      if (isMergeKey(key)) walk.merges.push(value);
    },
  });
  return walk.mistakes();
}

/** Goes through the nodes in the order of the text, in which an anchor must come before its aliases. */
class AliasWalk {
  readonly merges: unknown[] = [];
  private readonly found: AliasMistake[] = [];
  private readonly anchors = new Map<string, Node>();
  private readonly targets = new Map<Alias, Node>();
  private readonly sizes = new Map<Node, number>();
  private aliases = 0;
  private values = 0;

  see(node: Node): void {
    if (isAlias(node)) this.seeAlias(node);
    else if ('anchor' in node && typeof node.anchor === 'string') this.anchors.set(node.anchor, node);
  }

  mistakes(): AliasMistake[] {
    if (this.found.length > 0) return this.found;
    return this.merges.flatMap((source) => this.mergeMistakes(source));
  }

  private seeAlias(alias: Alias): void {
    this.aliases += 1;
    const target = this.anchors.get(alias.source);
    if (target === undefined) return this.refuse(alias, `no anchor &${alias.source} before this alias`);
    if (spanOf(target)[1] > spanOf(alias)[0]) return this.refuse(alias, `*${alias.source} is within itself`);
    this.targets.set(alias, target);
    this.values += this.sizeOf(target);
    if (this.aliases === MOST_ALIASES + 1)
      this.refuse(alias, `more than ${MOST_ALIASES} aliases in one file`);
    if (this.values <= MOST_VALUES) return;
    this.values = Number.NEGATIVE_INFINITY;
    this.refuse(alias, `aliases of aliases make more than ${MOST_VALUES} values of this file`);
  }

  private refuse(alias: Alias, message: string): void {
    this.found.push({ offset: spanOf(alias)[0], message });
  }

  private mergeMistakes(source: unknown): AliasMistake[] {
    const target = this.followed(source);
    const merged: unknown[] = isSeq(target) ? target.items : [source];
    return merged
      .filter((one) => !isMap(this.followed(one)))
      .map((one) => ({
        offset: spanOf(isSeq(source) ? one : source)[0],
        message: '<< merges mappings only',
      }));
  }

  private followed(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node;
  }

  /** How many values a node stands for, its aliases followed. */
  private sizeOf(node: unknown): number {
    if (isAlias(node)) return this.sizeOf(this.targets.get(node));
    if (isPair(node)) return this.sizeOf(node.key) + this.sizeOf(node.value);
    if (!isCollection(node)) return 1;
    const known = this.sizes.get(node);
    if (known !== undefined) return known;
    const size = node.items.reduce((sum: number, item) => sum + this.sizeOf(item), 1);
    this.sizes.set(node, size);
    return size;
  }
}

function isMergeKey(key: unknown): boolean {
  return (
    isScalar(key) && (key.value === '<<' || (typeof key.value === 'symbol' && key.value.description === '<<'))
  );
}

/** Where the text of a node begins, and where its value ends. */
function spanOf(node: unknown): readonly [begin: number, end: number] {
  const range: unknown =
    typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) ? [Number(range[0]), Number(range[1])] : [0, 0];
}
