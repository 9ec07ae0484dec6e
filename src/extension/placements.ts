import type { CommandId, ContextKey } from './contributions';

/** Where VS Code offers a command, and how: what package.json alone needs to know of it. */
export interface Placement {
  /** A codicon. */
  readonly icon?: string;
  /** The groups in which a row's menu offers it; `inline` is a button on the row. */
  readonly items?: readonly string[];
  /** The group in which the title of an editor with a workflow offers it. Nothing else does. */
  readonly editors?: string;
  /** The key that runs it in such an editor, pressed with Ctrl, or Cmd on macOS. */
  readonly editorKey?: string;
  /** A key that runs it while a view or page of ours has the focus, pressed with Ctrl, or Cmd on macOS. */
  readonly shortcut?: string;
  /** The key that runs it on the row that has the focus. */
  readonly key?: string;
  /** The context key without which neither the palette nor a title offers it. */
  readonly when?: ContextKey;
  /** False where it makes sense on a row only. */
  readonly palette?: false;
}

export const placements: Readonly<Record<CommandId, Placement>> = {
  'taskrouter.view.refresh': { icon: 'refresh', shortcut: 'alt+r' },
  'taskrouter.row.open': { key: 'enter', palette: false },
  'taskrouter.resource.goTo': { icon: 'search', shortcut: 'alt+g', when: 'taskrouter.signedIn' },
  'taskrouter.account.signIn': { icon: 'sign-in' },
  'taskrouter.account.simulate': { icon: 'beaker' },
  'taskrouter.account.connectLocal': { icon: 'plug' },
  'taskrouter.account.change': { items: ['9_account@1'] },
  'taskrouter.account.enterSecret': { items: ['9_account@2'] },
  'taskrouter.account.signOut': { icon: 'sign-out', items: ['9_account@3'], when: 'taskrouter.signedIn' },
  'taskrouter.account.chooseSignOut': { icon: 'sign-out', when: 'taskrouter.signedIn', palette: false },
  'taskrouter.account.tasks': { icon: 'table', items: ['inline@1', '1_open@1'] },
  'taskrouter.workspace.tasks': { icon: 'table', items: ['inline@1', '1_open@1'] },
  'taskrouter.workspace.workers': { icon: 'table', items: ['1_open@2'] },
  'taskrouter.callbacks.open': { icon: 'broadcast', items: ['1_open@3'] },
  'taskrouter.query.open': { palette: false },
  'taskrouter.task.explain': { icon: 'question', items: ['inline@3', '1_open@2'] },
  'taskrouter.worker.explain': { icon: 'question', items: ['inline@1', '1_open@1'] },
  'taskrouter.reservation.open': { icon: 'edit', items: ['1_open@1'] },
  'taskrouter.callbacks.replay': { items: ['1_open@3'] },
  'taskrouter.reservation.accept': { icon: 'check', items: ['inline@1', '2_answer@1'] },
  'taskrouter.reservation.reject': { icon: 'close', items: ['inline@2', '2_answer@2'] },
  'taskrouter.reservation.conference': { items: ['3_instruct@1'] },
  'taskrouter.reservation.dequeue': { items: ['3_instruct@2'] },
  'taskrouter.reservation.call': { items: ['3_instruct@3'] },
  'taskrouter.reservation.redirect': { items: ['3_instruct@4'] },
  'taskrouter.reservation.supervise': { items: ['3_instruct@5'] },
  'taskrouter.reservation.wrapUp': { items: ['4_end@1'] },
  'taskrouter.reservation.complete': { items: ['4_end@2'] },
  'taskrouter.resource.editAttributes': { icon: 'edit', items: ['2_change@0'] },
  'taskrouter.workflow.open': { icon: 'go-to-file', items: ['inline@1', '1_open@1'] },
  'taskrouter.workflow.compare': { icon: 'diff', items: ['1_open@2'] },
  'taskrouter.workflow.save': { icon: 'cloud-upload', editors: 'navigation@1', editorKey: 's' },
  'taskrouter.workflow.try': { icon: 'beaker', editors: 'navigation@2' },
  'taskrouter.task.create': { icon: 'add', items: ['2_change@1'] },
  'taskrouter.task.createLike': { items: ['2_change@3'] },
  'taskrouter.task.setPriority': { items: ['2_change@1'] },
  'taskrouter.task.setVirtualStartTime': { items: ['2_change@2'] },
  'taskrouter.task.delete': { items: ['4_end@3'] },
  'taskrouter.worker.setChannel': { items: ['2_change@2'] },
  'taskrouter.task.cancel': { items: ['4_end@1'] },
  'taskrouter.task.complete': { items: ['4_end@2'] },
  'taskrouter.worker.setActivity': { items: ['2_change@1'] },
  'taskrouter.resource.copySid': { icon: 'copy', items: ['5_copy@1'] },
  'taskrouter.resource.copyLink': { icon: 'link', items: ['5_copy@2'] },
  'taskrouter.resource.openJson': { icon: 'json', items: ['5_copy@3'] },
  'taskrouter.resource.openInConsole': { icon: 'link-external', items: ['5_copy@4'] },
  'taskrouter.resource.notify': { icon: 'bell', items: ['6_watch@1'] },
  'taskrouter.reservations.filter': { icon: 'filter', when: 'taskrouter.signedIn' },
  'taskrouter.notifications.manage': {},
  'taskrouter.workspace.watch': { icon: 'eye', items: ['6_watch@2'] },
  'taskrouter.workspace.unwatch': { icon: 'eye-closed', items: ['6_watch@3'] },
  'taskrouter.bulk.reports': {},
  'taskrouter.log.show': {},
  'taskrouter.log.copyCurl': {},
  'taskrouter.log.detail': {},
  'taskrouter.list.loadMore': { palette: false },
  'taskrouter.task.search': { palette: false },
  'taskrouter.list.retry': { icon: 'refresh', items: ['inline@1'], palette: false },
};
