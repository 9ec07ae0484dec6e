import { comparisonsOf } from '../../routing/expressions/syntax';
import type { TextRange } from '../../routing/expressions/syntax';
import type { Message } from '../../taskrouter/message';
import type { ExpressionPart, FilterPart, TargetPart, WorkflowDocument } from '../document';
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

interface LastRun {
  readonly isOfWorkspace: boolean;
  /** What was found in each filter, by its text; the ranges are of the filter. A keystroke changes one of thousands. */
  readonly filters: ReadonlyMap<string, readonly Diagnostic[]>;
}

const lastRuns = new WeakMap<KnownWorkspace, LastRun>();

/** Applies every rule to a document. Pauses often: a workflow can have a megabyte. */
export function* diagnose(
  document: WorkflowDocument,
  known: KnownWorkspace,
): Generator<undefined, Diagnostic[], undefined> {
  const isOfWorkspace = isOf(document, known);
  const { isTemplate, text } = document;
  const run = new Run({ document, known, isOfWorkspace, isTemplate });
  const lastRun = lastRuns.get(known);
  const before = lastRun?.isOfWorkspace === isOfWorkspace ? lastRun.filters : undefined;
  const filters = new Map<string, readonly Diagnostic[]>();
  for (const configuration of document.configurations) {
    yield* run.apply('configuration', configuration);
    for (const filter of configuration.filters) {
      yield;
      const { start, end } = filter.object.range;
      const written = text.slice(start, end);
      let found = before?.get(written);
      if (found) for (const one of found) run.found.push(moved(one, start));
      else found = (yield* run.filter(filter)).map((one) => moved(one, -start));
      // What is a template depends on the text before it.
      if (!isTemplate(filter.object.range)) filters.set(written, found);
    }
    if (configuration.defaultTarget) yield* run.target(configuration.defaultTarget, true);
  }
  for (const part of document.targetWorkers) yield* run.expression(part);
  lastRuns.set(known, { isOfWorkspace, filters });
  return run.found.sort((a, b) => a.range.start - b.range.start).slice(0, maxDiagnostics);
}

const movedRange = ({ start, end }: TextRange, by: number): TextRange => ({
  start: start + by,
  end: end + by,
});

const moved = (diagnostic: Diagnostic, by: number): Diagnostic => ({
  ...diagnostic,
  range: movedRange(diagnostic.range, by),
  fixes: diagnostic.fixes.map(({ title, edits }) => ({
    title,
    edits: edits.map(({ range, text }) => ({ range: movedRange(range, by), text })),
  })),
});

class Run {
  readonly found: Diagnostic[] = [];

  constructor(private readonly around: Surroundings) {}

  *apply<Kind extends keyof Parts>(
    kind: Kind,
    part: Parts[Kind],
    queue?: string,
  ): Generator<undefined, void, undefined> {
    const around = queue === undefined ? this.around : { ...this.around, queue };
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

  /** What it finds in a filter. */
  *filter(filter: FilterPart): Generator<undefined, readonly Diagnostic[], undefined> {
    const before = this.found.length;
    yield* this.apply('filter', filter);
    if (filter.expression) yield* this.expression(filter.expression);
    for (const target of filter.targets) yield* this.target(target, false);
    return this.found.slice(before);
  }

  *target(target: TargetPart, isDefault: boolean): Generator<undefined, void, undefined> {
    yield* this.apply('target', { target, isDefault });
    const { expression, skipIf, queue } = target;
    if (expression) yield* this.expression(expression, queue);
    if (skipIf) yield* this.expression(skipIf, queue);
  }

  *expression(part: ExpressionPart, queue?: string): Generator<undefined, void, undefined> {
    yield* this.apply('expression', part, queue);
    const { expression } = part.parsed;
    if (!expression) return;
    for (const [i, comparison] of comparisonsOf(expression).entries()) {
      if (i % comparisonsPerSlice === 0) yield;
      yield* this.apply('comparison', { part, comparison });
    }
    yield;
  }
}
