/**
 * `npm run l10n`: writes every English text of the extension for translators, into package.nls.json (what package.json
 * shows) and l10n/bundle.l10n.json (everything else).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { groups } from '../../taskrouter/fields';
import { instructions } from '../../taskrouter/instructions';
import type { Instruction } from '../../taskrouter/instructions';
import { snippets } from '../../taskrouter/snippets';
import type { Command } from '../contributions';
import { commands } from '../contributions';
import { contributes } from './manifest';

const root = path.resolve(__dirname, '../../..');

/** VS Code replaces each `%text%` in package.json by the translation of that text. */
function manifestTexts(value: unknown = contributes): string[] {
  if (typeof value === 'string') return /^%([^]+)%$/.exec(value)?.slice(1) ?? [];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap((one) => manifestTexts(one))
    : [];
}

/** Texts of tables: they are passed to `localizeText` when they are shown. */
function tableTexts(): string[] {
  const ofCommands = Object.values<Command>(commands).flatMap(({ title, nothing }) => [title, nothing]);
  const ofInstructions = (instructions as readonly Instruction[]).flatMap((instruction) => {
    const { title, help, onlyFor, question, underway, fields } = instruction;
    const ofFields = fields.flatMap(({ label, help, unit, twilioDefault }) => [
      ...[label, help, unit],
      // One word is a value on the wire.
      twilioDefault?.includes(' ') ? twilioDefault : undefined,
    ]);
    return [title, help, onlyFor, question, underway, ...ofFields];
  });
  return [...ofCommands, ...ofInstructions, ...groups, ...snippets.map(({ name }) => name)].filter(
    (text) => text !== undefined,
  );
}

/** The texts of all calls of `l10n.t` and `message`. @throws for one whose text is not a literal */
export function textsInSource(): string[] {
  const src = path.join(root, 'src');
  const files = readdirSync(src, { recursive: true })
    .map(String)
    // What it says is part of TaskRouter's API.
    .filter((name) => name.endsWith('.ts') && !name.startsWith('simulator'))
    .map((name) => path.join(src, name));
  return files.flatMap((file) => textsInFile(file, readFileSync(file, 'utf8')));
}

const isTextCall = ({ expression }: ts.CallExpression): boolean =>
  /^((vscode\.)?l10n\.t|message)$/.test(expression.getText());

export function textsInFile(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTextCall(node)) {
      const [text] = node.arguments;
      if (text && ts.isStringLiteralLike(text)) texts.push(text.text);
      else if (path.basename(file) !== 'localize.ts') {
        const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
        throw new Error(`${file}:${line + 1}: the text must be a literal, with {names} for its arguments.`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return texts;
}

const accents: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú' };

/** A third longer, and with accents, so that a text that is not translated or that has no room is seen at once. */
export function pseudo(text: string): string {
  const accented = text.replace(
    /\{\w+\}|\(command:[^)]*\)|\$\([\w~-]+\)|[aeiou]/g,
    (found) => accents[found] ?? found,
  );
  return `⟦${accented}${' ···'.repeat(Math.ceil(text.length / 12))}⟧`;
}

const bundleOf = (texts: readonly string[], translate: (text: string) => string) =>
  Object.fromEntries([...new Set(texts)].sort().map((text) => [text, translate(text)]));

/** @param suffix `.qps-ploc` for that locale; empty for English */
export function writeTexts(folder: string, suffix: string, translate: (text: string) => string): void {
  const write = (file: string, texts: readonly string[]) => {
    const json = JSON.stringify(bundleOf(texts, translate), null, 2);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${json}\n`);
  };
  write(path.join(folder, `package.nls${suffix}.json`), manifestTexts());
  write(path.join(folder, `l10n/bundle.l10n${suffix}.json`), [...textsInSource(), ...tableTexts()]);
}

if (require.main === module) writeTexts(root, '', (text) => text);
