import type { FormValues } from '../../../webview/shared/protocol';
import type { Memory } from '../../accounts/memory';
import { storedList } from '../../accounts/memory';
import type { FormDraft } from './formModel';
import { secretKeysIn } from './secrets';

const key = 'drafts';
const maxForms = 20;

/**
 * The input of the last forms, without passwords and values that hold one. The page saves it too, but VS Code loses a page
 * that it cannot restore because the extension host has crashed.
 */
export class Drafts {
  constructor(private readonly memory: Memory) {}

  /** @param form identifies one form */
  of(form: string): FormDraft {
    return this.all.find(([name]) => name === form)?.[1] ?? {};
  }

  save(form: string, values: FormDraft): void {
    const others = this.all.filter(([name]) => name !== form);
    const draft = Object.fromEntries(
      Object.entries(values).map(([name, typed]) => [name, withoutPasswords(typed)]),
    );
    void this.memory.update(key, [[form, draft], ...others].slice(0, maxForms));
  }

  private get all(): readonly (readonly [string, FormDraft])[] {
    return storedList(this.memory, key, { 0: 'string', 1: 'object' });
  }
}

function withoutPasswords(values: FormValues): FormValues {
  const secret = secretKeysIn(values);
  return Object.fromEntries(Object.entries(values).filter(([key]) => !secret.includes(key)));
}
