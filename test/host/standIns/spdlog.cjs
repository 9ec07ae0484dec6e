// Stands in for @vscode/spdlog, whose native part needs a compiler. Without it an extension's output channels stay empty.
// Appends at once and never rotates: a test run writes little and starts in a fresh folder.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

async function openLog(_name, file) {
  mkdirSync(dirname(file), { recursive: true });
  let lowest = levels.indexOf('info');
  let plain = false;
  const log = {
    getLevel: () => lowest,
    setLevel: (level) => void (lowest = level),
    setPattern: () => void (plain = false),
    clearFormatters: () => void (plain = true),
    flush() {},
    drop() {},
  };
  levels.forEach((name, level) => {
    log[name] = (message) => {
      if (level < lowest) return;
      const line = plain
        ? message
        : `${new Date().toISOString().replace(/[TZ]/g, ' ')}[${name}] ${message}\n`;
      try {
        appendFileSync(file, line);
      } catch {
        // The folder is gone when a run that has ended is being cleared away; there is no one left to tell.
      }
    };
  });
  return log;
}

// One by one, as `import` finds only such names in a CommonJS file.
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.shutdown = () => {};
exports.createRotatingLogger = openLog;
exports.createAsyncRotatingLogger = openLog;
