// Tests without an editor run some files of src/extension. All that those use of VS Code is l10n, in English. A test of a
// file that uses more is named *.host.test.ts, and runs inside VS Code.
const Module = require('node:module');

const format = (text, args) => text.replace(/\{(\w+)\}/g, (all, name) => String(args[name] ?? all));
const l10n = {
  t: (text, ...args) => format(text, typeof args[0] === 'object' ? args[0] : args),
};

const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? { l10n } : load(request, ...rest));
