import type { Position } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Stay } from './center';
import type { TestedWorkflow } from './workflow';

/** How often the tasks of tests came to a filter or a target. */
export interface CoveredPart {
  /** Where it stands in the file that has the workflow. */
  readonly path: readonly (string | number)[];
  readonly count: number;
  /** How often each outcome of its condition occurred. */
  readonly outcomes: readonly { readonly name: Message; readonly count: number }[];
}

/** Of each filter, by its expression, and of each target of a workflow, in its order. */
export function coverageOf(
  { rules, path }: Pick<TestedWorkflow, 'rules' | 'path'>,
  ways: readonly (readonly Stay[])[],
): readonly CoveredPart[] {
  const counted = count(ways, rules.filters.length);
  const routing = [...path, 'task_routing'];
  const parts = rules.filters.flatMap(({ targets }, i) => {
    const filter = [...routing, 'filters', i];
    const [matched, tried] = [counted.matched[i]!, counted.tried[i]!];
    return [
      {
        path: [...filter, 'expression'],
        count: tried,
        outcomes: [
          { name: message('matches'), count: matched },
          { name: message('does not match'), count: tried - matched },
        ],
      },
      ...targets.map(({ skipIf }, j) => {
        const { stays = 0, skips = 0 } = counted.targets.get(keyOf({ filter: i, target: j })) ?? {};
        const outcomes = [
          { name: message('is skipped'), count: skips },
          { name: message('is not skipped'), count: stays - skips },
        ];
        return {
          ...{ path: [...filter, 'targets', j], count: stays },
          outcomes: skipIf === undefined ? [] : outcomes,
        };
      }),
    ];
  });
  if (!rules.defaultTarget) return parts;
  const { stays = 0 } = counted.targets.get(keyOf({ filter: 'default', target: 0 })) ?? {};
  return [...parts, { path: [...routing, 'default_filter'], count: stays, outcomes: [] }];
}

const keyOf = ({ filter, target }: Pick<Position, 'filter' | 'target'>) => `${filter}.${target}`;

function count(ways: readonly (readonly Stay[])[], filters: number) {
  const [matched, tried] = [Array<number>(filters).fill(0), Array<number>(filters).fill(0)];
  const targets = new Map<string, { readonly stays: number; readonly skips: number }>();
  for (const way of ways) {
    const entered = new Set(way.map(({ place }) => (typeof place === 'string' ? undefined : place.filter)));
    const isUnmatched = way[0]!.place === 'unmatched' || entered.has('default');
    const last = isUnmatched
      ? filters - 1
      : Math.max(...[...entered].filter((one) => typeof one === 'number'));
    for (let i = 0; i <= last; i++) tried[i]!++;
    for (const filter of entered) if (typeof filter === 'number') matched[filter]!++;
    for (const [i, { place }] of way.entries()) {
      if (typeof place === 'string') continue;
      const { stays = 0, skips = 0 } = targets.get(keyOf(place)) ?? {};
      const isSkipped = way[i + 1]?.by === 'skip';
      targets.set(keyOf(place), { stays: stays + 1, skips: skips + Number(isSkipped) });
    }
  }
  return { matched, tried, targets };
}
