/** Text as callers, chat customers and whoever names things could write it, and what it must not become. */

export const from = (...codes: number[]) => String.fromCodePoint(...codes);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Characters that nobody sees, or that turn around what stands beside them. */
const unseen: readonly number[] = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x34f,
  0x61c,
  0x115f,
  0x1160,
  0x17b4,
  0x17b5,
  ...range(0x180b, 0x180f),
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0x3164,
  ...range(0xfe00, 0xfe0f),
  0xfeff,
  0xffa0,
  ...range(0xfff9, 0xfffb),
  ...range(0x1bca0, 0x1bca3),
  ...range(0x1d173, 0x1d17a),
  0xe0001,
  ...range(0xe0020, 0xe007f),
  ...range(0xe0100, 0xe01ef),
];

const schemes = [
  'command:workbench.action.quit',
  'https://example.com/x',
  'http://example.com',
  'file:///etc/passwd',
  'vscode://x/y',
  'COMMAND:a',
];
const between = [
  '',
  ' ',
  '\t',
  '\n',
  from(0x200b),
  from(0x2060),
  from(0xfeff),
  from(0xad),
  from(0xe0041),
  '\u0000',
  from(0x202e),
];

export const families: Readonly<Record<string, readonly string[]>> = {
  links: schemes.flatMap((target) => between.map((gap) => `[Click me]${gap}(${target})`)),
  'links with titles': schemes.map((target) => `[a](${target} "title")`),
  'links in links': schemes.map((target) => `[[a](${target})](${target})`),
  'split schemes': schemes.map((target) => `[a](${target.replace(':', `${from(0x200b)}:`)})`),
  icons: ['trash', 'sync~spin', 'account', 'x'.repeat(300)].flatMap((name) =>
    between.map((gap) => `$${gap}(${name})`),
  ),
  'escaped icons': ['\\$(trash)', '\\\\$(trash)', '$$(trash)', '$($(trash))', '$(trash)'.repeat(60)],
  unseen: unseen.filter((_, i) => i % 4 === 0).map((code) => `a${from(code)}b`),
  'nothing but unseen': [0x200b, 0x202e, 0xad, 0, 0xe0041, 0xfe0f].map((code) => from(code).repeat(500)),
  'unseen before text': [0x200b, 0x202e, 0xe0041].map((code) => from(code).repeat(2000) + 'text'),
  ansi: ['\u001b[31mred\u001b[0m', '\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007', '\u009b31m'],
  surrogates: [
    '\ud800',
    '\udc00',
    'a\ud83d',
    '\ude00b',
    '\ud83d\ud83d\ude00',
    '\udb40',
    '\udb40\ud83d\ude00',
  ],
  'cut surrogates': range(110, 130).map((length) => 'a'.repeat(length) + '😀'.repeat(10)),
  'cut in the middle': [959, 960, 961].map((length) => from(0x200b).repeat(length - 5) + '😀'.repeat(600)),
  huge: ['a'.repeat(100_000), '😀'.repeat(50_000), '\n'.repeat(100_000), '[a](command:b)'.repeat(5000)],
  html: [
    '<b>bold</b>',
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '&lt;b&gt;',
    '"><svg/onload=1>',
  ],
  markdown: [
    '**bold**',
    '`code`',
    '![x](https://example.com/x.png)',
    '# head',
    '| a | b |',
    '~~s~~',
    '<https://example.com>',
  ],
  lines: ['one\ntwo', 'one\r\ntwo', 'one\u2028two', 'one\u2029two', 'one\u0085two', ' \t padded \t '],
};

/** Each with the name of its family. */
export const hostile = Object.entries(families).flatMap(([family, texts]) =>
  texts.map((text, i) => ({ name: `${family} ${i}`, text })),
);

/** What VS Code makes a link of in a message, and a little more: any scheme, with white space between. */
export const link = /\[[^\]]+\]\(\s*[a-z]+:|\]\s*\([a-z]+:\S/i;
/**
 * VS Code's own pattern for icons in labels. A backslash before one makes it text, unless VS Code highlights what the user
 * typed: it then draws the text before the highlight and the highlighted one separately.
 */
const icon = /\$\([a-z0-9-]+(~[a-z]+)?\)/gi;
export const liveIcons = (text: string) => [...text.matchAll(icon)];
export const invisible = new Set(unseen.map((code) => from(code)));
