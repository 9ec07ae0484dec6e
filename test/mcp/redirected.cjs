// Loaded before the command-line tool: what it sends to Twilio goes to the server on this machine that TEST_TWILIO names.
const send = globalThis.fetch;
globalThis.fetch = (url, init) =>
  send(url.replace(/^https:\/\/taskrouter\.twilio\.com(?=\/)/, process.env.TEST_TWILIO), init);
