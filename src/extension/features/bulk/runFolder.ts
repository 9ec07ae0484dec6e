import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Run, RunRecord } from '../../../bulk/journal';
import { readJournal } from '../../../bulk/journal';
import type { Clock } from '../../data/clock';
import { ownerMark } from './bulkCommands';
import { JournalWriter } from './journalWriter';

/** Days that a report stays. */
const maxAge = 30;
const maxRuns = 50;
const day = 24 * 60 * 60 * 1000;
/** Milliseconds in which an owner has written who it is. */
const writingTime = 10_000;

const journalFile = /^(\d{13}-[0-9a-f-]{36})\.jsonl$/;
const isRunId = (id: string) => journalFile.test(`${id}.jsonl`);

/**
 * The journals of bulk runs, which all windows share. A run belongs to the window that wrote its last owner file; another
 * one takes it over once the process of that window is gone. Until the run is over, owner files are only added, so that of
 * two windows that take over at once, one fails.
 */
export class RunFolder {
  private readonly session = randomUUID();

  constructor(
    private readonly folder: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  newId(): string {
    return `${this.clock.now()}-${randomUUID()}`;
  }

  /** Begins the journal of a run. Resolves once the plan is on disk. */
  async create(run: Run): Promise<JournalWriter> {
    await mkdir(this.folder, { recursive: true });
    await this.prune().catch(() => undefined);
    if (!(await this.own(run.id, 1))) throw new Error('Another window owns this run.');
    const journal = new JournalWriter(await open(this.fileOf(run.id), 'ax', 0o600));
    await journal.append({ type: 'planned', run });
    return journal;
  }

  /** The journal of a run whose window is gone; undefined while another window has it. */
  async takeOver(id: string): Promise<JournalWriter | undefined> {
    const number = (await this.ownersOf(id)).at(-1) ?? 0;
    if (number > 0 && !(await this.isGone(id, number))) return undefined;
    if (!(await this.own(id, number + 1))) return undefined;
    return new JournalWriter(await open(this.fileOf(id), 'a', 0o600));
  }

  /** To be called when the run is over: nobody needs to take it over. */
  async release(id: string): Promise<void> {
    for (const number of await this.ownersOf(id)) await rm(this.ownerFile(id, number), { force: true });
  }

  /** The runs that were not released: another window is at them, or was killed. */
  async unreleased(): Promise<RunRecord[]> {
    const names = await readdir(this.folder).catch(() => []);
    const ids = names.flatMap((name) => (name.includes(ownerMark) ? name.split(ownerMark)[0]! : []));
    return this.readAll([...new Set(ids)]);
  }

  async read(id: string): Promise<RunRecord | undefined> {
    if (!isRunId(id)) return undefined;
    return readJournal(await readFile(this.fileOf(id), 'utf8').catch(() => ''));
  }

  /** The newest first. */
  async list(): Promise<RunRecord[]> {
    return this.readAll(await this.ids());
  }

  private async readAll(ids: readonly string[]): Promise<RunRecord[]> {
    const records = await Promise.all(ids.map((id) => this.read(id)));
    return records.filter((record) => record !== undefined);
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${id}.jsonl`);
  }

  private ownerFile(id: string, number: number): string {
    return path.join(this.folder, `${id}${ownerMark}${number}`);
  }

  private async ids(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .flatMap((name) => journalFile.exec(name)?.[1] ?? [])
      .sort()
      .reverse();
  }

  private async ownersOf(id: string): Promise<number[]> {
    const names = await readdir(this.folder);
    return names
      .filter((name) => name.startsWith(`${id}${ownerMark}`))
      .map((name) => Number(name.slice(name.lastIndexOf('.') + 1)))
      .sort((one, other) => one - other);
  }

  private async own(id: string, number: number): Promise<boolean> {
    try {
      const owner = JSON.stringify({ pid: process.pid, session: this.session });
      await writeFile(this.ownerFile(id, number), owner, { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  private async isGone(id: string, number: number): Promise<boolean> {
    const file = this.ownerFile(id, number);
    const { pid, session } = ownerIn(await readFile(file, 'utf8'));
    if (session === undefined) return this.clock.now() - (await stat(file)).mtimeMs > writingTime;
    // An earlier session of this very process has ended.
    return session !== this.session && (pid === process.pid || !isRunning(pid));
  }

  private async prune(): Promise<void> {
    const ids = await this.ids();
    const oldest = this.clock.now() - maxAge * day;
    const outdated = ids.filter((id, i) => i >= maxRuns - 1 || Number(id.split('-')[0]) < oldest);
    for (const id of outdated) {
      await this.release(id);
      await rm(this.fileOf(id), { force: true });
    }
  }
}

function ownerIn(text: string): { readonly pid: number; readonly session?: string } {
  try {
    const owner = JSON.parse(text) as { pid?: unknown; session?: unknown };
    if (typeof owner.pid === 'number' && typeof owner.session === 'string')
      return { pid: owner.pid, session: owner.session };
  } catch {
    // It is being written.
  }
  return { pid: 0 };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
