import * as vscode from 'vscode';
import type { Picks } from './actions/picks';
import type {
  BulkKind,
  Command,
  CommandHandlers,
  CommandId,
  TargetKind,
  TargetOf,
  TargetTypes,
} from './contributions';
import { commands, openedRow, pluralOf, worksOn } from './contributions';
import type { Clock } from './data/clock';
import type { RowTarget, RowTargets, TaskTarget } from './data/target';
import { reservationTarget } from './data/target';
import { describeError, sentence } from './display/errorMessage';
import { showError, showInformation } from './display/notification';

/** Milliseconds from Enter to the command of the row. */
const maxEnter = 1000;

export interface CommandsOptions {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly targets: RowTargets;
  readonly taskOf: TaskOf;
  /** Loaded when the first command has no row. */
  readonly picks: () => Promise<Pick<Picks, 'byKind'>>;
  /** Plans what is called on several rows; false where fewer than two of them are what it is for. */
  readonly planBulk: (kind: BulkKind, rows: readonly RowTarget[]) => Promise<boolean>;
  readonly log: vscode.LogOutputChannel;
  /** Whether this account asks before every update. */
  readonly alwaysAsks: (accountId: string) => boolean;
}

/** The task that a row is about. */
type TaskOf = (row: RowTarget) => TaskTarget | undefined;

const ofRow: { [Kind in TargetKind]: (row: RowTarget, taskOf: TaskOf) => TargetTypes[Kind] | undefined } = {
  none: () => undefined,
  account: ({ accountId }) => ({ accountId }),
  list: ({ list }) => list,
  resource: ({ resource }) => resource,
  reservation: ({ resource }) => resource && reservationTarget(resource),
  task: (row, taskOf) => taskOf(row),
  query: ({ query }) => query,
  worker: ({ resource }) => (resource?.collection.noun === 'Worker' ? resource : undefined),
};

/** What VS Code passes from the tab bar of a page: its address, by which nothing else is chosen than the active page. */
const isPage = (argument: unknown): boolean =>
  typeof argument === 'object' &&
  argument !== null &&
  'scheme' in argument &&
  argument.scheme === 'webview-panel';

/**
 * Registers every command of contributions.ts with its handler, from the `…Commands.ts` of its feature. An argument counts
 * only when it is a row of our own views and tables: any extension, task or link can call a command with anything else. The user then
 * chooses the target.
 */
export function registerCommands(
  given: Omit<CommandHandlers, 'taskrouter.row.open'>,
  { clock, targets, taskOf, picks, planBulk, log, alwaysAsks }: CommandsOptions,
): vscode.Disposable {
  const enter = new EnterKey(clock);
  const handlers: CommandHandlers = { ...given, 'taskrouter.row.open': () => enter.press() };
  const run = async <Id extends CommandId>(id: Id, args: readonly unknown[]): Promise<void> => {
    const command: Command = commands[id];
    const kind = command.target;
    const invocation = { preserveFocus: args[1] === openedRow && !enter.wasPressed() };
    if (kind === 'none') return void (await handlers[id](undefined as TargetOf<Id>, invocation));
    // VS Code passes the row that was clicked and those that are selected; the palette passes none.
    const selected = args.length === 0 ? targets.selection : args[1];
    const menu = targets.ofMenu(args[0]);
    const several = menu ?? (Array.isArray(selected) ? selected.flatMap((row) => targets.of(row) ?? []) : []);
    if (command.several && several.length > 1 && (await planBulk(command.several, several))) return;
    // VS Code passes undefined for a row that was replaced while its menu was open, and from a view's title.
    const isGone = args[0] === undefined || targets.isDeleted(args[0]) || menu?.length === 0;
    if (args.length > 0 && isGone && !command.titles)
      return void showInformation(vscode.l10n.t('This row was just updated. Try again.'));
    const isFromPage = command.pages !== undefined && isPage(args[0]);
    const isWithoutRow = args.length === 0;
    // Any row and page is of an account.
    const fits = (context: string) => kind === 'account' || worksOn(command, context);
    const rows = isWithoutRow
      ? targets.current(id, fits)
      : [isFromPage ? targets.ofPage(id, fits) : (menu?.[0] ?? targets.of(args[0]))].filter(
          (one) => one !== undefined,
        );
    const [row] = rows;
    if (command.sends && row && targets.hasJustMoved(args[0]) && !alwaysAsks(row.accountId))
      return void showInformation(vscode.l10n.t('The rows have just moved. Nothing was sent. Try again.'));
    const meant = rows.flatMap((one) => ofRow[kind](one, taskOf) ?? []);
    // VS Code does not say which row has the focus, nor whether a row or the page has it. A form shows which one is meant.
    const mayBeAnother =
      isWithoutRow &&
      (kind === 'account' || (kind === 'reservation' && (command.changes === true || meant.length > 1)));
    const target = mayBeAnother ? undefined : meant[0];
    const chosen = target ?? (await (await picks()).byKind[kind](command, meant as never[]));
    if (chosen !== undefined) await handlers[id](chosen as TargetOf<Id>, invocation);
  };

  return vscode.Disposable.from(
    ...(Object.keys(commands) as CommandId[]).flatMap((id) => {
      const runShown = async (...args: unknown[]) => {
        try {
          await run(id, args);
        } catch (error) {
          log.error(error instanceof Error ? error : String(error));
          const choice = await showError(sentence(describeError(error)), vscode.l10n.t('Show Log'));
          if (choice !== undefined) log.show();
        }
      };
      const { plural }: Command = commands[id];
      return (plural ? [id, pluralOf(id)] : [id]).map((one) =>
        vscode.commands.registerCommand(one, runShown),
      );
    }),
  );
}

/**
 * VS Code runs the command of a row for a click and for Enter alike, and does not say which it was. In its own views a click
 * leaves the focus on the row, and Enter moves it to what opens. So Enter is a key binding of ours that does what VS Code's does.
 */
class EnterKey {
  private pressedAt = -Infinity;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  async press(): Promise<void> {
    this.pressedAt = this.clock.elapsed();
    await vscode.commands.executeCommand('list.select');
  }

  /** Whether the row's command runs because of Enter; once for each press. */
  wasPressed(): boolean {
    const isRecent = this.clock.elapsed() - this.pressedAt < maxEnter;
    this.pressedAt = -Infinity;
    return isRecent;
  }
}
