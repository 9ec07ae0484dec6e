import * as vscode from 'vscode';
import type { Place } from '../../jsonFile';
import type { CoveredRange } from './testKind';

const details = new WeakMap<vscode.FileCoverage, readonly vscode.StatementCoverage[]>();

/** What VS Code draws in the gutter of a file that is opened. */
export const detailsOf = (file: vscode.FileCoverage): vscode.StatementCoverage[] => [
  ...(details.get(file) ?? []),
];

/** The coverage of one run. Several files of tests can be about one workflow: VS Code shows only one coverage of a file. */
export class TestCoverage {
  private readonly all = new Map<string, { readonly uri: vscode.Uri; ranges: readonly CoveredRange[] }>();

  add(uri: vscode.Uri, ranges: readonly CoveredRange[]): void {
    const known = this.all.get(String(uri));
    // Its ranges are the same, unless it was changed during the run.
    const isSame = known?.ranges.length === ranges.length;
    this.all.set(String(uri), {
      uri,
      ranges: isSame ? ranges.map((one, i) => sum(one, known.ranges[i]!)) : ranges,
    });
  }

  files(): readonly vscode.FileCoverage[] {
    return [...this.all.values()].map(({ uri, ranges }) => {
      const statements = ranges.map(statementOf);
      const file = vscode.FileCoverage.fromDetails(uri, statements);
      details.set(file, statements);
      return file;
    });
  }
}

const sum = (one: CoveredRange, other: CoveredRange): CoveredRange => ({
  range: one.range,
  count: one.count + other.count,
  outcomes: one.outcomes.map(({ name, count }, i) => ({ name, count: count + other.outcomes[i]!.count })),
});

function statementOf({ range, count, outcomes }: CoveredRange): vscode.StatementCoverage {
  const location = new vscode.Range(positionOf(range.start), positionOf(range.end));
  return new vscode.StatementCoverage(
    count,
    location,
    outcomes.map((one) => new vscode.BranchCoverage(one.count, location, one.name)),
  );
}

export const positionOf = ({ line, column }: Place) => new vscode.Position(line - 1, column - 1);
