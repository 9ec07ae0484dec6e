// Loaded before anything else into the processes of a test run, VS Code's extension hosts among them: whatever wants
// to leave this machine is refused, and written down in the file that `EGRESS_LOG` names, which fails the run.
const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

const guarded = Symbol.for('taskrouter.egress');
const file = process.env.EGRESS_LOG;
/** `instead` is for the guard's own tests: it takes what would be written down. */
const state = { instead: undefined };

/** True for a name or address of this machine. */
function isHere(host) {
  const name = String(host ?? 'localhost')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return /^(|localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/.test(name);
}

function refuse(what) {
  const error = Object.assign(new Error(`${what} would leave this machine, which no test may.`), {
    code: 'EGRESS',
  });
  const where = (error.stack ?? '').split('\n').slice(2, 12);
  if (state.instead) state.instead(what);
  else if (file)
    appendFileSync(file, JSON.stringify({ what, process: process.argv.slice(1, 4), where }) + '\n');
  return error;
}

function guard() {
  const { connect } = net.Socket.prototype;
  // Everything over TCP comes through here: http, https, tls, and undici's fetch.
  net.Socket.prototype.connect = function (...args) {
    const [first] = args;
    // net.connect passes its arguments on as one array, already put in order.
    const options = Array.isArray(first) ? first[0] : first;
    const { host, port, path } =
      typeof options === 'object'
        ? options
        : Number.isNaN(Number(options))
          ? { path: options }
          : { port: options, host: typeof args[1] === 'string' ? args[1] : undefined };
    if (path || isHere(host)) return connect.apply(this, args);
    const error = refuse(`A connection to ${host}:${port}`);
    process.nextTick(() => this.destroy(error));
    return this;
  };

  const look = (module, isPromise) => {
    for (const name of Object.keys(module)) {
      if (!/^(lookup|lookupService|resolve\w*|reverse)$/.test(name) || typeof module[name] !== 'function')
        continue;
      const real = module[name];
      module[name] = function (host, ...rest) {
        if (name.startsWith('lookup') && isHere(host)) return real.call(this, host, ...rest);
        const error = refuse(`A look-up of ${host} (dns.${name})`);
        if (isPromise) return Promise.reject(error);
        const callback = rest.at(-1);
        if (typeof callback === 'function') process.nextTick(callback, error);
        return undefined;
      };
    }
  };
  look(dns, false);
  look(dns.promises, true);
  look(dns.Resolver.prototype, false);
  look(dns.promises.Resolver.prototype, true);

  const { send } = dgram.Socket.prototype;
  dgram.Socket.prototype.send = function (...args) {
    const host = args.find((arg, i) => i > 0 && typeof arg === 'string');
    if (isHere(host)) return send.apply(this, args);
    const error = refuse(`A datagram to ${host}`);
    const callback = args.at(-1);
    if (typeof callback === 'function') process.nextTick(callback, error);
    return undefined;
  };
}

if (!globalThis[guarded]) {
  Object.defineProperty(globalThis, guarded, { value: state });
  guard();
  syncBuiltinESMExports();
  // So that a test can see that a process of VS Code's has the guard.
  if (file) appendFileSync(`${file}.on`, `${process.argv.slice(1).join(' ')}\n`);
}
