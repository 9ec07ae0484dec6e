// Preloaded into an extension host: writes the longest block of its event loop where the bench reads it.
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { writeFileSync } = require('node:fs');
const path = require('node:path');

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const file = path.join(process.env.BENCH_LOOP_DELAY, `${process.pid}.json`);
setInterval(() => {
  const { rss } = process.memoryUsage();
  writeFileSync(file, JSON.stringify({ longest: delay.max / 1e6, rss: rss / 1e6 }));
}, 100).unref();
process.on('SIGUSR2', () => delay.reset());
