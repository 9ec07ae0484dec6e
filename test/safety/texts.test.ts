import { strict as assert } from 'node:assert';
import { pseudo, textsInFile, textsInSource } from '../../src/extension/manifest/l10n';

describe('texts for translators', () => {
  it('are all found: each is a literal, and there are hundreds', () => {
    const texts = new Set(textsInSource());
    assert.ok(texts.size > 500, `${texts.size} texts`);
    for (const text of ['Not found', 'This row was just updated. Try again.', 'Reservation accepted.'])
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
    for (const text of textsInSource()) {
      assert.doesNotMatch(text, /\{\d*\}|\$\{/, text);
      assert.equal(text, text.trim());
    }
  });

  it('end with one full stop: neither have two, nor does a part of a sentence bring one', () => {
    for (const text of textsInSource()) {
      assert.doesNotMatch(text, /\.\.|…\./, text);
      // Such as `Acme Inc.`.
      assert.doesNotMatch(text, /\{(account|workspace|queue|task|worker|name)\}\.(?!\w)/, text);
      if (/^[a-z]/.test(text)) assert.doesNotMatch(text, /\.$/, text);
    }
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
