import { strict as assert } from 'node:assert';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { pseudo, textsInFile, textsInSource } from '../../src/extension/manifest/l10n';

describe('texts for translators', () => {
  let all: readonly string[];
  before(function () {
    this.timeout(60_000);
    all = textsInSource();
  });

  it('are all found: each is a literal, and there are hundreds', () => {
    const texts = new Set(all);
    assert.ok(texts.size > 500, `${texts.size} texts`);
    for (const text of [
      'Not found',
      'This row was just updated. Try again.',
      'Reservation accepted.',
      // Of folders outside the extension’s.
      'Change to {text}',
      'The priority is already {priority}.',
    ])
      assert.ok(texts.has(text), text);
  });

  it('cannot be built at run time', () => {
    assert.deepEqual(
      textsInFile('a.ts', "l10n.t('Copied {sid}', { sid }); vscode.l10n.t(`b`); message('c')"),
      ['Copied {sid}', 'b', 'c'],
    );
    for (const source of ['l10n.t(`Copied ${sid}`)', 'vscode.l10n.t(text)', "message('a' + b)"])
      assert.throws(() => textsInFile('a.ts', source), /a\.ts:1: the text must be a literal/, source);
  });

  it('name their arguments, and have no space around them', () => {
    for (const text of all) {
      assert.doesNotMatch(text, /\{\d*\}|\$\{/, text);
      assert.equal(text, text.trim());
    }
  });

  it('end with one full stop: neither have two, nor does a part of a sentence bring one', () => {
    for (const text of all) {
      assert.doesNotMatch(text, /\.\.|…\./, text);
      // Such as `Acme Inc.`.
      assert.doesNotMatch(text, /\{(account|workspace|queue|task|worker|name)\}\.(?!\w)/, text);
      if (/^[a-z]/.test(text)) assert.doesNotMatch(text, /\.$/, text);
    }
  });

  it('come to pages with their state: a page has none of its own', () => {
    const src = path.resolve(__dirname, '../../src/webview');
    const pages = readdirSync(src, { recursive: true }).map(String);
    const own = pages
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => textsInTemplates(name, readFileSync(path.join(src, name), 'utf8')));
    assert.deepEqual(own, []);
    const sample = 'html`<p title="Tip" class="a">${text}<b>Bold</b></p>`';
    assert.deepEqual(textsInTemplates('a.ts', sample), ['a.ts: title="Tip"', 'a.ts: Bold']);
  });

  it('keep arguments, commands and icons in the pseudo-locale', () => {
    assert.match(pseudo('Copied {sid}'), /^⟦Cópíéd \{sid\} ···⟧$/);
    assert.match(
      pseudo('[Sign In](command:taskrouter.account.signIn)'),
      /\(command:taskrouter\.account\.signIn\)/,
    );
    assert.match(pseudo('$(sync~spin) a'), /\$\(sync~spin\) á/);
  });
});

/** What a page’s templates show or read out that does not come from its state. */
function textsInTemplates(file: string, source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'html') {
      const { template } = node;
      const parts = ts.isTemplateExpression(template)
        ? [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)]
        : [template.text];
      const html = parts.join('0');
      const attributes = html.matchAll(
        /\b(?:aria-(?:label|description|roledescription|valuetext)|title|placeholder|alt)="[^"]*\p{Lu}[^"]*"/gu,
      );
      const texts = html.replace(/<[^>]*>/g, '\n').matchAll(/.*\p{L}.*/gu);
      for (const [text] of [...attributes, ...texts]) found.push(`${file}: ${text.trim()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return found;
}
