/** Where TaskRouter can stand: Twilio's own hosts, by the fixed list of its regions and edges. */
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

const twilioHost = new RegExp(
  `^taskrouter(\\.(${edges.join('|')}))?(\\.(${regions.join('|')}))?\\.twilio\\.com$`,
);

/** True for http on this machine: a simulator, or a mock that somebody runs. */
export function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return (
    url !== null &&
    url.origin === origin &&
    url.protocol === 'http:' &&
    /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  );
}

/** True where credentials may go: TaskRouter at Twilio over https on its usual port, or this machine. */
export function isAllowedOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  if (url === null || url.origin !== origin) return false;
  return (
    (url.protocol === 'https:' && url.port === '' && twilioHost.test(url.hostname)) ||
    isLoopbackOrigin(origin)
  );
}
