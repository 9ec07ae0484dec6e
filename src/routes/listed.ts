import type { Node } from 'jsonc-parser';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { Place } from '../jsonFile';
import { rangesIn } from '../jsonFile';
import { isNestedDeeper } from '../nesting';

/** A test as a file lists it, which may have mistakes. */
export interface ListedTest {
  /** Its name, so that it stays the same while other tests come and go. */
  readonly id: string;
  readonly name: string;
  readonly place: Place;
}

/** Undefined for a file of another program. */
export function testsIn(text: string): readonly ListedTest[] | undefined {
  if (!/"tests"\s*:/.test(text)) return undefined;
  const root = isNestedDeeper(text, 100) ? undefined : parseTree(text.replace(/^\uFEFF/, ''));
  const { children: tests = [] } = (root && findNodeAtLocation(root, ['tests'])) ?? {};
  const names = tests.map(nameOf);
  const ids = testIds(names);
  const rangeOf = rangesIn(text);
  return names.map((name, i) => ({ id: ids[i]!, name, place: rangeOf(['tests', i]).start }));
}

function nameOf(test: Node, i: number): string {
  const name: unknown = findNodeAtLocation(test, ['name'])?.value;
  return typeof name === 'string' && name !== '' ? name : `#${i + 1}`;
}

/** Several tests can have one name. */
export function testIds(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
