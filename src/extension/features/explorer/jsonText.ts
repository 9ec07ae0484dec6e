import { parseAttributes } from '../../../taskrouter/attributes';
import type { Row } from '../../../taskrouter/resources';

/** A resource as a person reads it. */
export const jsonText = (row: Row): string => withoutLinks(JSON.stringify(readable(row), null, 2));

/**
 * VS Code makes a link of every address in a document, and customers write attributes. An escaped slash is the same
 * JSON, and no link.
 */
const withoutLinks = (json: string) => json.replaceAll('://', String.raw`:\/\/`);

/** The API's addresses need credentials that a browser does not have; VS Code fetches the schema that a file names. */
const addresses = new Set(['url', 'links', 'resource_url', 'actor_url', '$schema']);

/** A resource without its addresses at the API, and with the JSON of its strings as JSON. */
function readable(row: Row): object {
  const attributes = parseAttributes(typeof row['attributes'] === 'string' ? row['attributes'] : undefined);
  const configuration = parseConfiguration(row['configuration']);
  const shown = Object.entries(row).filter(([name]) => !addresses.has(name));
  return {
    ...Object.fromEntries(shown),
    ...(attributes ? { attributes } : {}),
    ...(configuration ? { configuration } : {}),
  };
}

/** A workflow's rules, which TaskRouter stores as text of up to a megabyte. */
function parseConfiguration(text: unknown): object | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    // What is nested too deeply to be written again stays a string.
    return typeof parsed === 'object' && parsed !== null && JSON.stringify(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
