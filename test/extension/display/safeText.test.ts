import { strict as assert } from 'node:assert';
import { forMessage, forQuickPick, plain } from '../../../src/extension/display/safeText';
import { hostile, invisible, link, liveIcons } from '../../safety/hostile';

describe('safe text', () => {
  it('is tried with 300 hostile strings', () => assert.ok(hostile.length >= 300, `${hostile.length}`));

  it('retains joiners that a name or an emoji needs, and no others', () => {
    const needed = ['👨‍👩‍👧', '👩🏽‍🚒', 'می‌خواهم', 'क्‍ष', 'र‌्', 'ශ්‍රී'];
    for (const text of needed) assert.equal(plain(text), text);
    const hiding: readonly (readonly [text: string, shown: string])[] = [
      ['Ro\u200dsa', 'Rosa'],
      ['Ro\u200csa', 'Rosa'],
      ['\u200dRosa\u200c', 'Rosa'],
      ['👨\u200d', '👨'],
      ['👨\u200c👩', '👨👩'],
      ['می\u200d\u200d', 'می'],
    ];
    for (const [text, shown] of hiding) assert.equal(plain(text), shown);
  });

  for (const [sink, safe] of Object.entries({ plain, forQuickPick, forMessage })) {
    describe(sink, () => {
      const each = (check: (shown: string, text: string) => void) => () => {
        for (const { name, text } of hostile) {
          try {
            check(safe(text), text);
          } catch (error) {
            throw new Error(`${name}: ${JSON.stringify(safe(text)).slice(0, 200)}`, { cause: error });
          }
        }
      };

      it(
        'shows no character that cannot be seen',
        each((shown) => assert.ok(![...shown].some((character) => invisible.has(character)))),
      );
      it(
        'stays on one line, without space at its ends',
        each((shown) => assert.match(shown, /^(\S(.*\S)?)?$/)),
      );
      it(
        'stays short',
        each((shown) => assert.ok([...shown].length <= (sink === 'plain' ? 120 : 250))),
      );
      it(
        'is well-formed Unicode',
        each((shown) => assert.ok(!/\p{Cs}/u.test(shown))),
      );
      it(
        'is the same when it is made safe twice',
        each((shown) => {
          if (sink === 'plain') assert.equal(safe(shown), shown);
        }),
      );
      it('does not change ordinary text', () => {
        for (const text of ['Åsa 日本語', 'O’Neill & Söhne (Berlin)', '5 $ (net)', 'a [b] c', 'مرحبا', '😀'])
          assert.equal(safe(text), text);
      });
      it('marks truncated text', () => {
        assert.ok(safe('word '.repeat(100)).endsWith('…'));
        assert.equal([...plain('a'.repeat(50), 10)].length, 10);
      });
    });
  }

  it('forQuickPick shows no foreign icon', () => {
    for (const { name, text } of hostile) assert.deepEqual(liveIcons(forQuickPick(text)), [], name);
  });

  it('forMessage makes no link, no icon, and nothing that resembles a URL', () => {
    for (const { name, text } of hostile) {
      const shown = forMessage(text);
      assert.ok(!/\]\(/.test(shown), `${name}: ${shown.slice(0, 80)}`);
      assert.ok(!link.test(shown), `${name}: ${shown.slice(0, 80)}`);
      assert.ok(!/\$\(/.test(shown), `${name}: ${shown.slice(0, 80)}`);
      assert.ok(!/\b(command|https?|file|vscode):\S/i.test(shown), `${name}: ${shown.slice(0, 80)}`);
    }
  });

  it('is fast on long text', () => {
    const started = performance.now();
    for (const { text } of hostile) for (const safe of [plain, forQuickPick, forMessage]) safe(text);
    assert.ok(performance.now() - started < 2000);
  });
});
