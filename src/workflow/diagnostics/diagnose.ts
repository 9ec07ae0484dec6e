import { comparisonsOf } from '../../routing/expressions/syntax';
import type { TextRange } from '../../routing/expressions/syntax';
import type { Message } from '../../taskrouter/message';
import type { ExpressionPart, TargetPart, WorkflowDocument } from '../document';
import type { KnownWorkspace } from '../known';
import { comparisonRules } from './comparisons';
import { logicRules } from './logic';
import type { Fix, Parts, Rule, Severity, Surroundings } from './rule';
import { shadowingRules } from './shadowing';
import { structureRules } from './structure';
import { isOf, workspaceRules } from './workspace';

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly range: TextRange;
  readonly message: Message;
  /** The page of Twilio's documentation. */
  readonly link: string;
  readonly fixes: readonly Fix[];
}

/** Every rule. A code can have several, each about another part of a document. */
export const rules: readonly Rule[] = [
  ...structureRules,
  ...logicRules,
  ...comparisonRules,
  ...shadowingRules,
  ...workspaceRules,
];

/** A document can have 100,000 comparisons. */
const rulesAbout = new Map<keyof Parts, readonly Rule[]>(
  (['configuration', 'filter', 'target', 'expression', 'comparison'] as const).map((kind) => [
    kind,
    rules.filter(({ about }) => about === kind),
  ]),
);

/** More in one document help nobody, and take long to show. */
export const maxDiagnostics = 1000;

/** Work between two pauses: a few milliseconds. */
const comparisonsPerSlice = 200;

/** Applies every rule to a document. Pauses often: a workflow can have a megabyte. */
export function* diagnose(
  document: WorkflowDocument,
  known: KnownWorkspace,
): Generator<undefined, Diagnostic[], undefined> {
  const run = new Run({ document, known, isOfWorkspace: isOf(document, known) });
  for (const configuration of document.configurations) {
    yield* run.apply('configuration', configuration);
    for (const filter of configuration.filters) {
      yield* run.apply('filter', filter);
      if (filter.expression) yield* run.expression(filter.expression);
      for (const target of filter.targets) yield* run.target(target, false);
    }
    if (configuration.defaultTarget) yield* run.target(configuration.defaultTarget, true);
  }
  for (const part of document.targetWorkers) yield* run.expression(part);
  return run.found.sort((a, b) => a.range.start - b.range.start).slice(0, maxDiagnostics);
}

class Run {
  readonly found: Diagnostic[] = [];

  constructor(private readonly around: Surroundings) {}

  *apply<Kind extends keyof Parts>(
    kind: Kind,
    part: Parts[Kind],
    target?: TargetPart,
  ): Generator<undefined, void, undefined> {
    const around = target ? { ...this.around, target } : this.around;
    for (const { code, severity, page, check } of rulesAbout.get(kind)!) {
      for (const finding of (check as (part: Parts[Kind], around: Surroundings) => ReturnType<Rule['check']>)(
        part,
        around,
      )) {
        if (kind === 'configuration') yield;
        if (!finding) continue;
        const { range, message, fixes = [] } = finding;
        const link = `https://www.twilio.com/docs/taskrouter/${page}`;
        this.found.push({ code, severity, range, message, link, fixes });
      }
    }
  }

  *target(target: TargetPart, isDefault: boolean): Generator<undefined, void, undefined> {
    yield* this.apply('target', { target, isDefault });
    if (target.expression) yield* this.expression(target.expression, target);
    if (target.skipIf) yield* this.expression(target.skipIf, target);
  }

  *expression(part: ExpressionPart, target?: TargetPart): Generator<undefined, void, undefined> {
    yield* this.apply('expression', part, target);
    const { expression } = part.parsed;
    if (!expression) return;
    for (const [i, comparison] of comparisonsOf(expression).entries()) {
      if (i % comparisonsPerSlice === 0) yield;
      yield* this.apply('comparison', { part, comparison });
    }
    yield;
  }
}
