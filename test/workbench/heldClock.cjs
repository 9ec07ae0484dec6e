// Preloaded into an extension host: its clocks stand still while the file that HELD_CLOCK names exists, so that no machine
// is too slow to answer a dialog at once.
const { existsSync } = require('node:fs');

let heldFor = 0;
let heldAt;
function heldTime() {
  const now = process.uptime() * 1000;
  if (existsSync(process.env.HELD_CLOCK)) heldAt ??= now;
  else if (heldAt !== undefined) {
    heldFor += now - heldAt;
    heldAt = undefined;
  }
  return heldFor + (heldAt === undefined ? 0 : now - heldAt);
}

const wall = Date.now;
Date.now = () => Math.round(wall() - heldTime());
const awake = performance.now.bind(performance);
performance.now = () => awake() - heldTime();
