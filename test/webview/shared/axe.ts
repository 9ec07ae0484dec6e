import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { OpenPage, Theme } from './pages';
import { themes } from './pages';

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

interface Pages<Opened> {
  open(): Promise<Opened>;
}

/** The rules of axe whose result the theme can change: the others run in one theme. */
const rulesOfColors = ['color-contrast', 'link-in-text-block'];

/** A test of each scene: axe finds nothing in any theme, and the page runs without errors. */
export function describeAccessibility<Opened extends OpenPage>(
  name: string,
  start: () => Promise<Pages<Opened>>,
  scenes: Readonly<Record<string, (opened: Opened) => Promise<void>>>,
): void {
  describe(name, () => {
    let pages: Pages<Opened>;
    before(async () => {
      pages = await start();
    });

    for (const [scene, prepare] of Object.entries(scenes)) {
      it(`finds nothing in any theme, ${scene}`, async () => {
        const opened = await pages.open();
        await prepare(opened);
        await opened.page.evaluate(axe.source);
        for (const [i, theme] of (Object.keys(themes) as Theme[]).entries()) {
          await opened.setTheme(theme);
          await opened.nextFrame();
          const violations = await violationsOf(opened, i > 0 ? rulesOfColors : undefined);
          assert.deepEqual(violations, [], theme);
        }
        assert.deepEqual(await opened.violations(), []);
        await opened.close();
      });
    }
  });
}

async function violationsOf({ page }: OpenPage, rules?: readonly string[]): Promise<string[]> {
  const options = { ...(rules && { runOnly: rules }), resultTypes: ['violations'] };
  const violations = await page.evaluate<Violation[]>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${impact} ${id} ${target.join(' ')}: ${failureSummary}`),
  );
}
