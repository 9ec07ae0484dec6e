import type { TextRange } from '../routing/expressions/syntax';

/**
 * The parts of a text that a tool replaces before TaskRouter reads it: `${…}` of Terraform and shells, `{{…}}` of
 * Handlebars, `<%…%>` of EJS and `#{…}#` of pipelines.
 */
export function templatesIn(text: string): TextRange[] {
  const found: TextRange[] = [];
  let end = 0;
  for (const { index, 0: open } of text.matchAll(/\$\{|%\{|\{\{|<%|#\{/g)) {
    if (index < end) continue;
    const close = open === '<%' ? text.indexOf('%>', index) + 2 : closingBrace(text, index + open.length);
    if (close <= index + open.length) continue;
    end = open === '{{' && text[close] === '}' ? close + 1 : close;
    found.push({ start: index, end });
  }
  return found;
}

/** Where the brace that is open at this place is closed on the same line, after any braces and strings in it. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i + 1;
  }
  return -1;
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
