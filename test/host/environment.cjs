// Preloaded into VS Code's server and so into the extension hosts it forks. Each of these takes what a test wants of its
// environment from a file, so that windows of one server can differ in it.
const { readFileSync } = require('node:fs');

if (process.argv.includes('--type=extensionHost')) {
  Object.assign(process.env, JSON.parse(readFileSync(process.env.HOST_ENVIRONMENT, 'utf8')));
  if (process.env.HOST_PRELOAD) require(process.env.HOST_PRELOAD);
}
