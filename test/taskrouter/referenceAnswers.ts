/**
 * The JSON answers that Twilio's reference pages print, by shape: two generations of placeholders, and the
 * hand-written ones. Every SID, name and date is ours.
 */
import { sidOf } from './loopback';

const workspace = sidOf('WS', '1');
const task = sidOf('WT', '2');
const worker = sidOf('WK', '3');
const reservation = sidOf('WR', '4');
const base = `https://taskrouter.twilio.com/v1/Workspaces/${workspace}`;

const placeholderDate = '2023-05-04T09:42:00+00:00';

/** As an OpenAPI viewer fills a schema in. */
export const placeholderReservation = {
  account_sid: 'string',
  date_created: placeholderDate,
  date_updated: placeholderDate,
  links: {},
  reservation_status: 'pending',
  sid: 'string',
  task_sid: 'string',
  url: 'https://example.com',
  worker_name: 'string',
  worker_sid: 'string',
  workspace_sid: 'string',
};

export const placeholderTask = {
  account_sid: 'string',
  addons: 'string',
  age: 42,
  assignment_status: 'pending',
  attributes: 'string',
  date_created: placeholderDate,
  date_updated: placeholderDate,
  links: {},
  priority: 42,
  reason: 'string',
  sid: 'string',
  task_channel_sid: 'string',
  task_channel_unique_name: 'string',
  task_queue_entered_date: placeholderDate,
  task_queue_friendly_name: 'string',
  task_queue_sid: 'string',
  timeout: 42,
  url: 'https://example.com',
  workflow_friendly_name: 'string',
  workflow_sid: 'string',
  workspace_sid: 'string',
};

export const placeholderList = {
  meta: {
    first_page_url: 'https://example.com',
    key: 'string',
    next_page_url: 'https://example.com',
    page: 42,
    page_size: 42,
    previous_page_url: 'https://example.com',
    url: 'https://example.com',
  },
  reservations: [placeholderReservation],
};

const links = { task: `${base}/Tasks/${task}`, worker: `${base}/Workers/${worker}`, workspace: base };

/** As the page of a task's reservations prints it: the answer to a fetch, and to every update. */
export const taskReservation = {
  sid: reservation,
  account_sid: 'ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
  workspace_sid: workspace,
  task_sid: task,
  worker_sid: worker,
  worker_name: 'Ann of Returns',
  reservation_status: 'pending',
  date_created: '2015-07-31T20:18:09Z',
  date_updated: '2015-07-31T20:18:09Z',
  url: `${links.task}/Reservations/${reservation}`,
  links,
};

/** The answer to a conference instruction carries two fields that no schema names. */
export const conferenceAnswer = {
  ...taskReservation,
  task_channel_unique_name: null,
  task_channel_sid: null,
};

export const taskReservationList = {
  reservations: [taskReservation],
  meta: {
    page: 0,
    page_size: 50,
    first_page_url: `${links.task}/Reservations?PageSize=50&Page=0`,
    previous_page_url: null,
    url: `${links.task}/Reservations?PageSize=50&Page=0`,
    next_page_url: null,
    key: 'reservations',
  },
};

/** As the page of a worker's reservations prints it, with a field that no schema names. */
export const workerReservation = (status: 'accepted' | 'rejected') => ({
  account_sid: sidOf('AC', '5'),
  date_created: '2014-05-14T10:50:02Z',
  date_updated: '2014-05-15T16:03:42Z',
  links,
  reservation_status: status,
  sid: reservation,
  task_sid: task,
  url: `${links.worker}/Reservations/${reservation}`,
  worker_name: 'Ann',
  worker_sid: worker,
  workspace_sid: workspace,
  attention: 0,
});

export const workerReservationList = {
  meta: {
    first_page_url: `${links.worker}/Reservations?PageSize=50&Page=0`,
    key: 'reservations',
    next_page_url: null,
    page: 0,
    page_size: 50,
    previous_page_url: null,
    url: `${links.worker}/Reservations?PageSize=50&Page=0`,
  },
  reservations: [workerReservation('accepted')],
};

export const sids = { workspace, task, worker, reservation };
