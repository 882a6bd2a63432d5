import { PROGRAM_PATTERNS } from './linux-auth/patterns';
import { AUTHENTICATION_PATTERNS } from './openssh/authentication-patterns';
import { CONNECTION_PATTERNS } from './openssh/connection-patterns';
import { NEGOTIATION_PATTERNS } from './openssh/negotiation-patterns';
import { SESSION_PATTERNS } from './openssh/session-patterns';
import { PAM_EXPRESSIONS } from './pam';

const LENGTH = 32_000;
/** Time that no expression takes for `LENGTH` characters when it is linear; when it is quadratic it takes ten times that. */
const LONGEST_MS = 25;

const named = [
  ...AUTHENTICATION_PATTERNS,
  ...CONNECTION_PATTERNS,
  ...NEGOTIATION_PATTERNS,
  ...SESSION_PATTERNS,
  ...new Set([...PROGRAM_PATTERNS.values()].flat()),
].map(({ name, expression }): [string, RegExp] => [name, expression]);
const expressions = [...named, ...PAM_EXPRESSIONS.map((expression): [string, RegExp] => ['PAM', expression])];

/** The texts of an expression between its groups, classes and repetitions: what a line must hold to keep it trying. */
function literals({ source }: RegExp): string[] {
  // Escaped marks are texts: they are put aside before the source is split at the others.
  const aside = source.replace(/\\([^SdDwsb])/g, (_, mark: string) =>
    String.fromCharCode(0xe000 + mark.charCodeAt(0)),
  );
  return aside
    .split(
      /\((?:\?[:=!])?|\)[?*+]?\??|\[[^\]]*\](?:\{[^}]*\})?[?*+]?\??|\.\*\??|\\[SdDwsb](?:\{[^}]*\})?[?*+]?\??|[|^$]/,
    )
    .map((text) =>
      text
        .replace(/ \{1,2\}/g, ' ')
        .replace(/[\ue000-\ue07f]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xe000)),
    )
    .filter((text) => text !== '');
}

/** What begins as the expression wants, and then repeats one or two of its texts with something between. */
function adversarial(expression: RegExp): string[] {
  const texts = literals(expression);
  return texts.flatMap((text, at) => {
    const beginning = texts.slice(0, at).join('a');
    const next = texts[at + 1] ?? '';
    return [text, `${text}a`, `${text}1`, `${text}a${next}`, `${text}a${next}1`].flatMap((part) =>
      [beginning, texts[0] ?? ''].map((start) => `${start}${part.repeat(LENGTH / part.length)}\u0001 `),
    );
  });
}

function fastestMs(expression: RegExp, text: string): number {
  let fastest = Infinity;
  for (let run = 0; run < 3 && fastest > LONGEST_MS; run++) {
    const start = performance.now();
    expression.exec(text);
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

describe('expressions of sshd, Linux and PAM messages', () => {
  it.each(expressions)('%s: takes linear time where its own texts repeat (%s)', (_name, expression) => {
    const slow = adversarial(expression).filter((text) => fastestMs(expression, text) > LONGEST_MS);
    expect(slow.map((text) => text.slice(0, 120))).toEqual([]);
  });
});
