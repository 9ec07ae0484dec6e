import { compact, isAttributes } from './attributesMerge';
import { message } from './message';
import type { PreparedUpdate, ShownResource } from './preparedUpdate';
import { forVersion, prepareUpdate } from './preparedUpdate';
import { updateRequest } from './requests';

/** Replaces the attributes of a task or worker, in the version that is shown. `attributes` is a JSON object. */
export function setAttributes(
  resource: ShownResource,
  attributes: string,
  etag: string | undefined,
): PreparedUpdate {
  const { collection, sids, name } = resource;
  const isTask = collection.noun === 'Task';
  const update = prepareUpdate(resource, {
    request: updateRequest(collection, sids, [['Attributes', attributes]]),
    title: message('Save Attributes'),
    label: isTask ? message('Task') : message('Worker'),
    question: message('Save the attributes of {name}', { name }),
    statusField: isTask ? 'assignment_status' : 'activity_name',
    statusLabel: isTask ? message('Status') : message('Activity'),
    unchanged: ['attributes'],
    settlesAs: (row) => isSame(row['attributes'], attributes),
    describe: (row) =>
      isSame(row['attributes'], attributes)
        ? message('Attributes saved.')
        : message('The attributes have been changed again.'),
  });
  return forVersion(update, etag);
}

const isSame = (one: unknown, other: string): boolean =>
  typeof one === 'string' && isAttributes(one) && compact(one) === compact(other);
