import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { OpenPage } from './pages';

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** Asserts that axe finds nothing in the page as it is now, and that the page ran without errors. */
export async function assertAccessible(opened: OpenPage): Promise<void> {
  await opened.page.evaluate(axe.source);
  const violations = await opened.page.evaluate<Violation[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  const found = violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${impact} ${id} ${target.join(' ')}: ${failureSummary}`),
  );
  assert.deepEqual(found, []);
  assert.deepEqual(await opened.violations(), []);
}
