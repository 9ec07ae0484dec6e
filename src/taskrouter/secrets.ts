/** What is shown in place of a secret. No letters: it can become part of a link, an icon or a header. */
export const mask = '********';

/** How many addresses may be inside each other, and how often a value may be encoded: what exceeds it is secret as a whole. */
const maxDepth = 4;
const maxDecodings = 16;
/** In characters: far more than a request may contain. A longer value is secret as a whole. */
const maxLength = 16 * 1024;

/**
 * The parts of a URL or SIP address that are a password or a token: before its `@`, in its parameters, or a part of its
 * path that nobody could guess. Each is in the result as it is written and decoded. An address may be written with percent
 * encoding, and inside another address.
 */
export function secretsIn(value: string): string[] {
  if (value.length > maxLength) return [value];
  const found = new Set<string>();
  collect(value, maxDepth, found);
  return [...new Set([...found].flatMap(readings))].filter(Boolean);
}

/** The value with its secrets masked, to be shown. */
export function withoutSecrets(value: string): string {
  const secrets = secretsIn(value).sort((a, b) => b.length - a.length);
  if (secrets.length === 0) return value;
  const pattern = new RegExp(secrets.map(standing).join('|'), 'g');
  const [, user = '', password = '', host = '', others = value] = callee.exec(value) ?? [];
  const rest = user + password.replace(pattern, mask) + host + others.replace(pattern, mask);
  // One that is encoded in a way of its own is not in the value as it is in the result.
  return secretsIn(rest).every((one) => mask.includes(one)) ? rest : mask;
}

/** A password that is being typed: what follows the colon is no port, and the `@` is still missing. */
const unfinished = /^\s*(sips?:|https?:[/\\]*)[^@/\\?#:[]*:(?!\d{0,5}([;/\\?#]|$))[^@]*$/i;

/** An address that is not valid, in which the password can be anywhere before the last `@`. */
function isMalformedWithAt(address: string): boolean {
  if (/^sips?:/i.test(address)) return address.split('@').length > 2;
  return /^https?:/i.test(address) && address.includes('@') && URL.parse(address) === null;
}

/** Whether a value must not be stored: it holds a secret, or is an address of which a part can become a password. */
export function holdsSecret(value: string): boolean {
  const address = value.replace(/^[\s<"']+/, '');
  return secretsIn(value).length > 0 || unfinished.test(address) || isMalformedWithAt(address);
}

/** Matches a text with no letter or digit beside it, except those of an escape: `%3A1234`, `\\n1234`. */
export function standing(text: string): string {
  const before = '(?<![A-Za-z0-9])|(?<=%(?:25)*[\\da-fA-F]{2}|\\\\[nrtbf]|\\\\u[\\da-fA-F]{4})';
  const start = /^[A-Za-z0-9]/.test(text) ? `(?:${before})` : '';
  return start + escapeRegExp(text) + (/[A-Za-z0-9]$/.test(text) ? '(?![A-Za-z0-9])' : '');
}

export const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function collect(text: string, depth: number, found: Set<string>): void {
  const plain = decodedFully(text);
  if (decoded(plain) !== plain || (depth === 0 && /[/?#&=:@%]/.test(text))) return void found.add(text);
  for (const [, password] of text.matchAll(sipPasswords)) found.add(password!);
  for (const form of new Set([text, plain]))
    for (const { 1: userInfo, index } of form.matchAll(userInfos))
      addUserInfo(userInfo!, found, calledScheme.test(form.slice(0, index)));
  if (depth > 0) for (const part of text.split(/[/?#&;=]/).slice(1)) collect(decoded(part), depth - 1, found);
  const isCalled = called.test(text);
  const url = isCalled ? null : URL.parse(text);
  if (!isCalled && !url) return;
  // A URL can be written with one slash, with none, or with backslashes.
  if (url?.username || url?.password) addUserInfo(`${url.username}:${url.password}`, found);
  addSegments(url?.pathname ?? '', found);
  // The parameters of whom Twilio rings end before the host: it is no part of a secret.
  const parts = isCalled ? (/^([^@]*)@(.*)$/s.exec(text)?.slice(1) ?? [text]) : [text];
  for (const part of parts) {
    addNamed(decodedFully(part).replace(/^[^?#;]*/, ''), found);
    addParameters(part, found);
  }
}

/** An address that Twilio rings. Who that is must never be hidden: only its password and its parameters can be secret. */
const called = /^\s*(client|sips?|tel):/i;
const calledScheme = new RegExp(`${called.source}$`, 'i');

/**
 * The user of such an address; the password and what else stands before its host; the host; and the rest. A host that equals
 * the password stays readable.
 */
const callee =
  /^(\s*(?:client|sips?|tel):(?:(?!%3a)[^@:;?#/])*)((?:(?::|;|%3a)[^@]*(?=@))?)((?:@[^@;?#/]*)?)([^]*)$/i;

/** In a URL after `//`. */
const userInfos = /\/\/([^/?#\s]*)@/g;
/** A SIP password may contain characters that end the authority of a URL. A colon may be encoded. */
const sipPasswords = /\bsips?:[^@:]*?(?::|%3a)([^@]*)@/gi;

/** The password; the name of the user only where it is a token, and not whom Twilio rings. */
function addUserInfo(userInfo: string, found: Set<string>, isCalled = false): void {
  for (const separator of [/:/, /:|%3a/i]) {
    const at = separator.exec(userInfo);
    const user = userInfo.slice(0, at?.index);
    const password = at ? userInfo.slice(at.index + at[0].length) : '';
    found.add(password);
    if (!isCalled && (password === '' || randomRuns(decoded(user)).length > 0)) found.add(user);
  }
}

/** A part of a path that names the next one. */
const secretSegment = /^(passw(or)?d|pwd|secret|token|api[-_]?key)s?$/i;

function addSegments(path: string, found: Set<string>): void {
  const segments = path.split(/[/;]/);
  segments.forEach((segment, i) => {
    for (const run of randomRuns(decodedFully(segment))) found.add(run);
    if (i > 0 && secretSegment.test(decodedFully(segments[i - 1]!))) found.add(segment);
  });
}

/** In JSON, or however else names stand before values. */
function addNamed(text: string, found: Set<string>): void {
  const names =
    /(?<![\p{L}\p{M}\p{N}._~-])([\p{L}\p{M}\p{N}._~-]+)["'\]}\s]*[:=]\s*(?:"([^"]*)|'([^']*)|([^\s"'&;#?,}\])<>]+))/gu;
  for (const [, name, ...values] of text.matchAll(names))
    if (isSecretName(name!)) for (const value of values) found.add(value ?? '');
}

/** In what follows `?`, `#` and `;`. */
function addParameters(text: string, found: Set<string>): void {
  for (const parameter of text.split(/[?#;&]/).slice(1)) {
    const [name = '', ...rest] = parameter.split('=');
    const content = rest.join('=');
    if (isSecretName(decodedFully(name.replaceAll('+', ' ')))) found.add(content);
    for (const run of randomRuns(decodedFully((content || name).replaceAll('+', ' ')))) found.add(run);
  }
}

/** Names of URL parameters whose value is a secret: whole words, or the end of a word that is written in one. */
const secretWords = new Set([
  ...[
    'password',
    'passwd',
    'passphrase',
    'pass',
    'pwd',
    'pw',
    'secret',
    'token',
    'key',
    'auth',
    'authorization',
  ],
  ...['sig', 'signature', 'credential', 'credentials', 'session', 'sessionid', 'jwt', 'bearer', 'otp', 'pin'],
  ...['hmac', 'cookie', 'apikey', 'passw', 'passcode'],
]);
const secretEnding = /(password|passwd|secret|token|apikey|accesskey|authkey|signature|sessionid)$/;

function isSecretName(name: string): boolean {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some((word) => secretWords.has(word) || secretEnding.test(word));
}

/** SIDs are identifiers, not secrets. */
const sid = /^[A-Z]{2}[0-9a-f]{32}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** 16 characters without a break that mix letters and digits, or 24 that mix cases: no word or date is like that. */
function randomRuns(text: string): string[] {
  if (uuid.test(text)) return [text];
  return text.split(/[^A-Za-z0-9+/=]+/).filter((run) => {
    if (sid.test(run)) return false;
    const letters = run.replace(/[^A-Za-z]/g, '').length;
    const mixed = letters > 0 && letters < run.length && /\d/.test(run);
    return (run.length >= 16 && mixed) || (run.length >= 24 && /[a-z]/.test(run) && /[A-Z]/.test(run));
  });
}

/** A secret as it is written, and what it says: decoded, without the name of its scheme, and out of base64. */
function readings(written: string): string[] {
  const texts = [written, decoded(written), decoded(written.replaceAll('+', ' ')), decodedFully(written)];
  const bare = texts.map((text) => text.replace(/^(basic|bearer|digest)(\s+|$)/i, ''));
  return [...texts, ...bare, ...bare.flatMap(fromBase64)].filter(
    (text) => !/^(basic|bearer|digest)$/i.test(text),
  );
}

/** The credentials that base64 is written for, whole and the password alone. */
function fromBase64(text: string): string[] {
  if (!/^[\w+/-]{8,}={0,2}$/.test(text)) return [];
  const credentials = Buffer.from(text, 'base64').toString();
  return /[\p{C}\ufffd]/u.test(credentials) ? [] : [credentials, credentials.replace(/^[^:]*:/, '')];
}

/** Percent-decoded once; what is no encoding stays as it is. */
const decoded = (text: string): string =>
  text.replace(/(?:%[\da-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });

function decodedFully(text: string): string {
  let plain = text;
  for (let times = 0; times < maxDecodings && plain.includes('%'); times++) plain = decoded(plain);
  return plain;
}
