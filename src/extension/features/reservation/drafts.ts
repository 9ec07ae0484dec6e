import type { FormValues } from '../../../webview/shared/protocol';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import type { Memory } from '../../accounts/memory';

export type Draft = Readonly<Partial<Record<InstructionName, FormValues>>>;

const key = 'drafts';
const most = 20;

/**
 * What was typed into the last forms, without passwords. The page keeps it as well, but VS Code forgets a page
 * that nobody can bring back: one whose extension host has died.
 */
export class Drafts {
  constructor(private readonly memory: Memory) {}

  /** @param form names one form for good */
  of(form: string): Draft {
    return this.all.find(([name]) => name === form)?.[1] ?? {};
  }

  keep(form: string, values: Draft): void {
    const others = this.all.filter(([name]) => name !== form);
    const draft = Object.fromEntries(
      Object.entries(values).map(([name, typed]) => [name, withoutPasswords(name as InstructionName, typed)]),
    );
    void this.memory.update(key, [[form, draft], ...others].slice(0, most));
  }

  private get all(): readonly (readonly [string, Draft])[] {
    return this.memory.get<[string, Draft][]>(key) ?? [];
  }
}

function withoutPasswords(name: InstructionName, values: FormValues): FormValues {
  const { fields } = instructionNamed(name);
  const isSecret = (one: string) => fields.find((field) => field.key === one)?.control === 'password';
  return Object.fromEntries(Object.entries(values).filter(([one]) => !isSecret(one)));
}
