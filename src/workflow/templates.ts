import type { TextRange } from '../routing/expressions/syntax';

/**
 * The parts of a text that a tool replaces before TaskRouter reads it: `${…}` of Terraform and shells, `{{…}}` of
 * Handlebars, `<%…%>` of EJS and `#{…}#` of pipelines.
 */
export function templatesIn(text: string): TextRange[] {
  const found: TextRange[] = [];
  const closingBrace = bracesOf(text);
  const lastPercent = text.lastIndexOf('%>');
  let end = 0;
  for (const { index, 0: open } of text.matchAll(/\$\{|%\{|\{\{|<%|#\{/g)) {
    if (index < end) continue;
    const inside = index + open.length;
    if (open === '<%' && inside > lastPercent) continue;
    const close = open === '<%' ? text.indexOf('%>', inside) + 2 : closingBrace(inside - 1);
    if (close === undefined) continue;
    end = open === '{{' && text[close] === '}' ? close + 1 : close;
    found.push({ start: index, end });
  }
  return found;
}

/**
 * Tells after which place an opening brace is closed on its line. The braces are asked for from left to right, and
 * each line is read once.
 */
function bracesOf(text: string): (open: number) => number | undefined {
  let end = 0;
  let closed = new Map<number, number>();
  return (open) => {
    if (open < end) return closed.get(open);
    closed = new Map();
    const opened: number[] = [];
    for (end = open; end < text.length && text[end] !== '\n'; end++) {
      if (text[end] === '{') opened.push(end);
      else if (text[end] === '}' && opened.length > 0) closed.set(opened.pop()!, end + 1);
    }
    return closed.get(open);
  };
}

/**
 * The text with each template as something of the same length that does not break JSON: in a string, characters that
 * a key of an expression can have; elsewhere a string.
 */
export function maskTemplates(text: string, templates: readonly TextRange[]): string {
  if (templates.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  let isInString = false;
  for (const { start, end } of templates) {
    isInString = endsInString(text, at, start, isInString);
    const length = end - start;
    const mask = isInString ? `$${'_'.repeat(length - 1)}` : `"${'_'.repeat(length - 2)}"`;
    parts.push(text.slice(at, start), mask);
    at = end;
  }
  return [...parts, text.slice(at)].join('');
}

function endsInString(text: string, from: number, to: number, before: boolean): boolean {
  let isInString = before;
  for (let i = from; i < to; i++) {
    if (isInString && text[i] === '\\') i++;
    else if (text[i] === '"') isInString = !isInString;
  }
  return isInString;
}
