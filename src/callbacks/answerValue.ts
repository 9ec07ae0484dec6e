import type { Node } from 'jsonc-parser';
import type { Field } from '../taskrouter/fields';
import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';

/** The value as the API takes it; with a problem, as far as it is a text that the form can show. */
export function readValue(
  field: Field,
  node: Node,
): { readonly value?: string | readonly string[]; readonly problem?: Message } {
  const { type } = node;
  const value: unknown = node.value;
  const text = type === 'string' || type === 'number' || type === 'boolean' ? String(value) : undefined;
  const allowed =
    type === 'string' ||
    (type === 'number' && field.control === 'integer') ||
    (type === 'boolean' && field.choices?.includes('true'));
  if (text === undefined) return { problem: typeProblem(field, type) };
  if (!allowed) return { value: text, problem: typeProblem(field, type) };
  if (field.control === 'choices') {
    const values = text.split(',').map((one) => one.trim());
    const problem = values.map((one) => listProblem(field, one)).find(Boolean);
    return problem ? { value: values, problem } : { value: values };
  }
  // Twilio's example rings the Voice SDK client `joey`.
  const read = /(^to|To)$/.test(field.key) && /^[a-z_]\w*$/i.test(text) ? `client:${text}` : text;
  const problem = field.problemOf(read);
  return problem ? { value: read, problem } : { value: read };
}

/** What is wrong with one entry of a list, such as `start end`, where a comma is missing. */
function listProblem(field: Field, value: string): Message | undefined {
  const problem = field.problemOf(value);
  if (!problem || value === '') return problem;
  const parts = value.split(/[\s;|]+/);
  if (parts.length > 1 && parts.every((one) => !field.problemOf(one)))
    return message('Separate several with commas: {values}.', { values: parts.join(',') });
  return message('{value}: {problem} Separate several with commas.', { value, problem });
}

function typeProblem({ control }: Field, type: Node['type']): Message {
  if (control === 'choices') return message('Must be a string with commas, not {type}.', { type });
  if (control === 'integer') return message('Must be a number, not {type}.', { type });
  if (control === 'boolean') return message('Must be true or false, not {type}.', { type });
  return message('Must be a string, not {type}.', { type });
}
