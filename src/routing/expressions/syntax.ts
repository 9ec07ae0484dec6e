/** A part of the expression's text: offsets in UTF-16 units, `end` excluded. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'CONTAINS' | 'HAS' | 'IN' | 'NOT IN';

export interface Literal {
  readonly type: 'literal';
  readonly value: string | number | boolean | null;
  readonly range: TextRange;
}

export interface Key {
  readonly type: 'key';
  /** Names, and numbers for `[n]`. */
  readonly path: readonly (string | number)[];
  readonly range: TextRange;
}

export interface List {
  readonly type: 'list';
  readonly items: readonly Operand[];
  readonly range: TextRange;
}

export type Operand = Literal | Key | List;

export interface Comparison {
  readonly type: 'comparison';
  readonly operator: Operator;
  readonly operatorRange: TextRange;
  readonly left: Operand;
  readonly right: Operand;
  readonly range: TextRange;
}

export interface Logical {
  readonly type: 'and' | 'or';
  /** Two or more. */
  readonly operands: readonly Expression[];
  readonly range: TextRange;
}

export type Expression = Comparison | Logical;

/** An expression's text, with parentheses around each nested condition: precedence does not matter. */
export function print(expression: Expression): string {
  if (expression.type === 'comparison') {
    return `${printOperand(expression.left)} ${expression.operator} ${printOperand(expression.right)}`;
  }
  return expression.operands
    .map((operand) => (operand.type === 'comparison' ? print(operand) : `(${print(operand)})`))
    .join(expression.type === 'and' ? ' AND ' : ' OR ');
}

function printOperand(operand: Operand): string {
  switch (operand.type) {
    case 'key':
      return printPath(operand.path);
    case 'list':
      return `[${operand.items.map(printOperand).join(', ')}]`;
    case 'literal':
      return printLiteral(operand.value);
  }
}

export const printPath = (path: Key['path']): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

function printLiteral(value: Literal['value']): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value !== 'string') return String(value);
  // The quote that needs no escape, so that the text means the same if escapes are not supported.
  const quote = value.includes('"') && !value.includes("'") ? "'" : '"';
  const escaped = value.replace(/[\\"']/g, (char) => (char === '\\' || char === quote ? `\\${char}` : char));
  return quote + escaped + quote;
}

/** The language does not support exponents. */
export function printNumber(value: number): string {
  const [mantissa = '', exponent] = String(Math.abs(value)).split('e');
  const sign = value < 0 ? '-' : '';
  if (exponent === undefined) return sign + mantissa;
  const [whole = '', decimals = ''] = mantissa.split('.');
  const shift = Number(exponent);
  return shift < 0
    ? `${sign}0.${'0'.repeat(-shift - 1)}${whole}${decimals}`
    : `${sign}${whole}${decimals.padEnd(shift, '0')}`;
}

/** The comparisons of an expression, from left to right. */
export function comparisonsOf(expression: Expression): Comparison[] {
  return expression.type === 'comparison' ? [expression] : expression.operands.flatMap(comparisonsOf);
}
