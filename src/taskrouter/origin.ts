/** TaskRouter's hosts at Twilio, by the fixed list of its regions and edges. */
export const regions = ['us1', 'ie1', 'au1', 'jp1', 'de1', 'sg1', 'br1'] as const;
export const edges = [
  'ashburn',
  'dublin',
  'frankfurt',
  'london',
  'sao-paulo',
  'singapore',
  'sydney',
  'tokyo',
  'umatilla',
  'roaming',
] as const;

export const defaultOrigin = 'https://taskrouter.twilio.com';

/** The edge of a region, where Twilio names one. */
const edgeOf: Readonly<Record<string, string>> = { ie1: 'dublin', au1: 'sydney', jp1: 'tokyo' };

/**
 * TaskRouter's origin for a region and an edge as Twilio's helpers combine them; a region that has its own edge
 * is reached through it. Undefined when either is not in the lists.
 * https://www.twilio.com/docs/global-infrastructure/regional-product-and-feature-availability
 */
export function originFor(region?: string, edge?: string): string | undefined {
  if (!region && !edge) return defaultOrigin;
  const through = edge || (region && edgeOf[region]);
  const origin = `https://${['taskrouter', through, region || 'us1', 'twilio.com'].filter(Boolean).join('.')}`;
  return isTwilioOrigin(origin) ? origin : undefined;
}

const twilioHost = new RegExp(
  `^taskrouter(\\.(${edges.join('|')}))?(\\.(${regions.join('|')}))?\\.twilio\\.com$`,
);

/** The region of TaskRouter at this origin; each port of this machine counts as a region, by whichever name. */
export function regionOf(origin: string): string {
  if (isLoopbackOrigin(origin)) return Object.assign(new URL(origin), { hostname: '127.0.0.1' }).origin;
  return twilioHost.exec(new URL(origin).hostname)?.[4] ?? 'us1';
}

/** True for http on this machine: a simulator or a mock. */
export function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return (
    url !== null &&
    url.origin === origin &&
    url.protocol === 'http:' &&
    /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  );
}

/**
 * The origin of a TaskRouter on this machine, from an address as people type or paste it: without `http://`, with a
 * trailing slash or the API's path, or as the port alone. Undefined for any other address.
 */
export function loopbackOriginOf(text: string): string | undefined {
  const address = text.trim().replace(/^:?(\d+)$/, '127.0.0.1:$1');
  const url = URL.parse(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`);
  // What a server prints that listens on every address.
  const host = url?.host.replace(/^(0\.0\.0\.0|\[::\])(?=:|$)/, '127.0.0.1');
  const isWhole = url?.username === '' && url.search + url.hash === '' && /^\/(v1\/?)?$/.test(url.pathname);
  const origin = `${url?.protocol}//${host}`;
  return isWhole && isLoopbackOrigin(origin) ? origin : undefined;
}

function isTwilioOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return (
    url !== null &&
    url.origin === origin &&
    url.protocol === 'https:' &&
    url.port === '' &&
    twilioHost.test(url.hostname)
  );
}

/** True for origins that credentials may be sent to: TaskRouter at Twilio over https on the default port, or this machine. */
export function isAllowedOrigin(origin: string): boolean {
  return isTwilioOrigin(origin) || isLoopbackOrigin(origin);
}

/** Twilio's other APIs with data about a task: its call, and the alerts about its callbacks. */
export const otherHosts = ['api', 'monitor'] as const;
export type OtherHost = (typeof otherHosts)[number];

/**
 * Where a request of an account goes: to its TaskRouter, or to another API in the same region and through the same edge.
 * A TaskRouter on this machine serves all of them itself.
 * @throws TypeError for an origin or a host that credentials may not be sent to
 */
export function originOf(host: OtherHost | undefined, taskRouter: string): string {
  if (!isAllowedOrigin(taskRouter)) throw new TypeError(`Credentials may not be sent to ${taskRouter}.`);
  if (host !== undefined && !otherHosts.includes(host)) {
    throw new TypeError('Credentials may not be sent to this host.');
  }
  if (host === undefined || isLoopbackOrigin(taskRouter)) return taskRouter;
  return taskRouter.replace('https://taskrouter.', `https://${host}.`);
}

/**
 * True when a response from `origin` may name `other` as the origin of its next page. Twilio's regions may respond
 * with the host of no region: its own helper adds region and edge to these URLs again.
 */
export function belongsTo(origin: string, other: string): boolean {
  return other === origin || (isTwilioOrigin(origin) && isTwilioOrigin(other));
}
