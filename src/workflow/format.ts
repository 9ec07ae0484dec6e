import { ExpressionError } from '../routing/expressions/errors';
import { Tokens } from '../routing/expressions/tokens';
import type { Token } from '../routing/expressions/tokens';
import { defaultOptions } from '../routing/options';

interface Written {
  readonly type: Token['type'];
  readonly text: string;
}

/** The tokens of an expression, keywords in upper case; undefined where one cannot be read. */
function tokensOf(text: string): readonly Written[] | undefined {
  const tokens = new Tokens(text, defaultOptions);
  const all: Written[] = [];
  try {
    for (;;) {
      const { type, range } = tokens.next();
      if (type === 'end') return all;
      const written = text.slice(range.start, range.end);
      const isKeyword = type === 'AND' || type === 'OR' || type === 'NOT' || type === 'operator';
      all.push({ type, text: isKeyword ? written.toUpperCase() : written });
    }
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

const isOpen = ({ type }: Written) => type === '(' || type === '[';
const isClose = ({ type }: Written) => type === ')' || type === ']' || type === ',';

/** Whether a space stands between two tokens. */
const isSpaced = (before: Written, after: Written): boolean => !isOpen(before) && !isClose(after);

/** The expression with one space where one belongs, and keywords in upper case. The tokens stay what they are. */
export function formatExpression(text: string): string | undefined {
  const tokens = tokensOf(text);
  return tokens
    ?.map((token, i) => (i > 0 && isSpaced(tokens[i - 1]!, token) ? ' ' : '') + token.text)
    .join('');
}

/** The expression on several lines for reading: a line for each comparison, nested conditions indented. */
export function layOut(text: string): string | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  let depth = 0;
  let lists = 0;
  const lines = [''];
  const add = (written: string, spaced: boolean) => {
    const line = lines.pop()!;
    lines.push(line.trim() === '' || !spaced ? line + written : `${line} ${written}`);
  };
  const newLine = () => lines.push('  '.repeat(depth));
  for (const [i, token] of tokens.entries()) {
    if (token.type === '[') lists++;
    if (token.type === ']') lists--;
    if (token.type === ')') {
      depth = Math.max(0, depth - 1);
      newLine();
    }
    if ((token.type === 'AND' || token.type === 'OR') && lists === 0) newLine();
    add(token.text, i > 0 && isSpaced(tokens[i - 1]!, token));
    if (token.type === '(') {
      depth++;
      newLine();
    }
  }
  return lines.join('\n');
}
