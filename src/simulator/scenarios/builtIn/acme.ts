import type { WorkerPlan, WorkspacePlan } from '../scenario';
import { arrivals } from './acmeArrivals';

const sid = (prefix: string, digit: string) => prefix + digit.repeat(32);
const line = '+18885550100';

const worker = (
  name: string,
  activity: string,
  contactUri: string | undefined,
  skills: readonly string[],
  languages: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): WorkerPlan => ({
  name,
  activity,
  attributes: {
    ...(contactUri === undefined ? {} : { contact_uri: contactUri }),
    full_name: name,
    email: `${name
      .normalize('NFD')
      .replace(/[^a-z ]/gi, '')
      .toLowerCase()
      .replaceAll(' ', '.')}@acme.example`,
    skills,
    languages,
    ...more,
  },
  capacity: { voice: 1, chat: 3, sms: 3, email: 4 },
});

const call = (digit: string, from: string, name: string, more: Readonly<Record<string, unknown>>) => ({
  call_sid: sid('CA', digit),
  call_status: 'ringing',
  direction: 'inbound',
  account_sid: sid('AC', '0'),
  channelType: 'voice',
  from,
  to: line,
  caller: from,
  called: line,
  name,
  ...more,
});

const message = (
  digit: string,
  channelType: string,
  from: string,
  customerName: string,
  more: Readonly<Record<string, unknown>>,
) => ({
  channelType,
  conversationSid: sid('CH', digit),
  from,
  customerName,
  customerAddress: from,
  conversations: { conversation_id: sid('CH', digit), channel: channelType, initiated_by: 'customer' },
  customers: { name: customerName },
  ...more,
});

/** The main workspace: a shop's support team; multitasking, with calls, chats, messages and email. */
export const acme: WorkspacePlan = {
  name: 'Acme Support',
  multitasking: true,
  activities: [
    { name: 'Available', available: true },
    { name: 'Busy', available: false },
    { name: 'Break', available: false },
    { name: 'Wrap-Up', available: false },
    { name: 'Training', available: false },
    { name: 'Offline', available: false },
  ],
  defaultActivity: 'Offline',
  timeoutActivity: 'Offline',
  channels: [
    { uniqueName: 'default', friendlyName: 'Default' },
    { uniqueName: 'voice', friendlyName: 'Voice' },
    { uniqueName: 'chat', friendlyName: 'Programmable Chat' },
    { uniqueName: 'sms', friendlyName: 'SMS' },
    { uniqueName: 'email', friendlyName: 'Email' },
  ],
  queues: [
    { name: 'Billing', targetWorkers: 'skills HAS "billing" AND languages HAS "en"' },
    { name: 'Soporte', targetWorkers: 'skills HAS "support" AND languages HAS "es"' },
    {
      name: 'Technical Support',
      targetWorkers: 'skills HAS "support" AND level >= 2',
      maxReservedWorkers: 2,
    },
    { name: 'Returns', targetWorkers: 'skills HAS "returns"' },
    { name: 'Fraud', targetWorkers: 'skills HAS "fraud" AND cleared == true' },
    { name: 'Everyone', targetWorkers: '1 == 1', order: 'LIFO' },
  ],
  workflows: [
    {
      name: 'Inbound Calls',
      reservationTimeout: 120,
      filters: [
        { name: 'Fraud', expression: 'reason == "fraud"', queue: 'Fraud', priority: 50, timeout: 3600 },
        { name: 'Spanish', expression: 'language == "es"', queue: 'Soporte', priority: 5 },
        { name: 'Billing', expression: 'skill == "billing"', queue: 'Billing', priority: 5 },
        { name: 'Technical', expression: 'skill == "support"', queue: 'Technical Support' },
      ],
      defaultQueue: 'Everyone',
    },
    {
      name: 'Messaging',
      reservationTimeout: 600,
      filters: [
        { name: 'Returns', expression: 'skill == "returns"', queue: 'Returns' },
        { name: 'Billing', expression: 'skill IN ["billing", "invoice"]', queue: 'Billing' },
      ],
      defaultQueue: 'Everyone',
    },
    {
      name: 'Back Office',
      reservationTimeout: 3600,
      filters: [{ name: 'Returns', expression: 'skill == "returns"', queue: 'Returns' }],
      defaultQueue: 'Everyone',
    },
  ],
  workers: [
    worker('Priya Raman', 'Available', 'client:priya.raman', ['billing', 'returns'], ['en', 'hi'], {
      level: 3,
    }),
    worker('Mateo Ibarra', 'Available', 'client:mateo.ibarra', ['support', 'returns'], ['es', 'en'], {
      level: 2,
    }),
    worker('Hannah Okafor', 'Available', '+15555550111', ['support', 'billing'], ['en'], {
      level: 3,
      team: 'Tier 2',
    }),
    worker('Tomasz Lis', 'Available', 'sip:tomasz.lis@acme.sip.example.com', ['support'], ['en', 'pl'], {
      level: 2,
    }),
    worker('Yuki Tanabe', 'Available', 'client:yuki.tanabe', ['returns', 'billing'], ['en', 'ja'], {
      level: 1,
    }),
    worker('Lucía Ferrer', 'Available', '+15555550114', ['support'], ['es'], { level: 1 }),
    worker('Samuel Adeyemi', 'Available', undefined, ['billing', 'returns'], ['en'], { level: 2 }),
    worker('Noor Haddad', 'Available', 'client:noor.haddad', ['support', 'billing'], ['en', 'ar', 'fr'], {
      level: 2,
    }),
    worker('Ingrid Solberg', 'Break', 'client:ingrid.solberg', ['support', 'fraud'], ['en', 'no'], {
      level: 3,
      cleared: true,
    }),
    worker('Declan Moore', 'Busy', '+15555550117', ['billing'], ['en'], { level: 2 }),
    worker('Mei Lin Chow', 'Offline', 'client:meilin.chow', ['returns', 'support'], ['en', 'zh'], {
      level: 2,
    }),
    worker('Ravi Menon', 'Training', undefined, ['support'], ['en', 'ta'], { level: 1, trainee: true }),
    worker(
      'Camille Roux',
      'Wrap-Up',
      'sip:camille.roux@acme.sip.example.com',
      ['billing', 'support'],
      ['fr', 'en'],
      { level: 3, role: 'supervisor' },
    ),
    worker('Oscar Lindqvist', 'Available', 'client:oscar.lindqvist', ['returns'], ['en', 'sv'], { level: 1 }),
    worker('Amina Diallo', 'Available', 'client:amina.diallo', ['support', 'returns'], ['fr', 'en'], {
      level: 2,
    }),
    worker('Ben Castellan', 'Offline', '+15555550119', ['billing', 'fraud'], ['en'], { level: 1 }),
  ],
  tasks: [
    {
      workflow: 'Back Office',
      queue: 'Everyone',
      channel: 'voice',
      attributes: call('1', '+14155550131', 'Dana Alder', {
        skill: 'billing',
        language: 'en',
        reason: 'card declined',
      }),
      priority: 5,
      age: 95,
      status: 'reserved',
      reservations: [{ worker: 'Priya Raman', status: 'pending', age: 40 }],
    },
    {
      workflow: 'Back Office',
      queue: 'Everyone',
      channel: 'voice',
      attributes: call('2', '+12125550148', 'Milo Birch', {
        skill: 'support',
        language: 'en',
        device: 'router',
      }),
      age: 130,
      status: 'reserved',
      reservations: [
        { worker: 'Tomasz Lis', status: 'rejected', age: 125 },
        { worker: 'Hannah Okafor', status: 'pending', age: 70 },
      ],
    },
    {
      workflow: 'Messaging',
      queue: 'Returns',
      channel: 'chat',
      attributes: message('3', 'web', 'visitor-7f31', 'Rosa Hazel', {
        skill: 'returns',
        language: 'en',
        order: 'A-20417',
      }),
      age: 55,
      status: 'reserved',
      reservations: [{ worker: 'Yuki Tanabe', status: 'pending', age: 50 }],
    },
    {
      workflow: 'Messaging',
      queue: 'Everyone',
      channel: 'sms',
      attributes: message('4', 'sms', '+13035550162', 'Omar Cedar', { language: 'es', skill: 'support' }),
      age: 35,
      status: 'reserved',
      reservations: [{ worker: 'Lucía Ferrer', status: 'pending', age: 30 }],
    },
    {
      workflow: 'Back Office',
      queue: 'Returns',
      channel: 'email',
      attributes: message('5', 'email', 'tess.rowan@example.com', 'Tess Rowan', {
        skill: 'returns',
        subject: 'Wrong size, would like to exchange',
      }),
      age: 900,
      status: 'reserved',
      reservations: [
        { worker: 'Mei Lin Chow', status: 'timeout', age: 890 },
        { worker: 'Samuel Adeyemi', status: 'pending', age: 280 },
      ],
    },
    {
      workflow: 'Inbound Calls',
      queue: 'Technical Support',
      channel: 'voice',
      attributes: call('6', '+16175550177', 'June Maple', { skill: 'support', language: 'en' }),
      age: 260,
      status: 'assigned',
      reservations: [
        { worker: 'Noor Haddad', status: 'accepted', age: 250 },
        { worker: 'Mateo Ibarra', status: 'rescinded', age: 250 },
      ],
    },
    {
      workflow: 'Inbound Calls',
      queue: 'Billing',
      channel: 'voice',
      attributes: call('7', '+17025550120', 'Ivo Larch', {
        skill: 'billing',
        language: 'en',
        plan: 'Business',
      }),
      priority: 5,
      age: 400,
      status: 'assigned',
      reservations: [{ worker: 'Declan Moore', status: 'accepted', age: 390 }],
    },
    {
      workflow: 'Messaging',
      queue: 'Billing',
      channel: 'chat',
      attributes: message('8', 'web', 'visitor-1c90', 'Kai Juniper', { skill: 'invoice', language: 'en' }),
      age: 700,
      status: 'wrapping',
      reservations: [{ worker: 'Camille Roux', status: 'wrapping', age: 690 }],
    },
    {
      workflow: 'Inbound Calls',
      queue: 'Everyone',
      channel: 'voice',
      attributes: call('9', '+18085550103', 'Nora Ivy', { language: 'en' }),
      age: 410,
      status: 'completed',
      reservations: [{ worker: 'Amina Diallo', status: 'completed', age: 200 }],
    },
    {
      workflow: 'Inbound Calls',
      queue: 'Soporte',
      channel: 'voice',
      attributes: call('a', '+15125550155', 'Pia Dogwood', { language: 'es' }),
      age: 180,
      status: 'canceled',
      reason: 'hangup',
      reservations: [{ worker: 'Mateo Ibarra', status: 'canceled', age: 120 }],
    },
    {
      workflow: 'Inbound Calls',
      queue: 'Fraud',
      channel: 'voice',
      attributes: call('b', '+19175550199', 'Gus Fir', { reason: 'fraud', language: 'en' }),
      priority: 50,
      age: 45,
      status: 'pending',
    },
    {
      workflow: 'Inbound Calls',
      queue: 'Fraud',
      channel: 'voice',
      attributes: call('c', '+12065550144', 'Lena Oak', { reason: 'fraud', language: 'en' }),
      priority: 50,
      age: 20,
      status: 'pending',
    },
  ],
  life: {
    arrivalEvery: 60,
    pendingAtLeast: 5,
    waitingAtMost: 15,
    leftToPerson: 45,
    rejected: 15,
    answerAfter: [6, 45],
    talk: [60, 300],
    wrapUp: [15, 60],
    backAfter: [60, 180],
    forgottenAfter: 1800,
    arrivals,
  },
};
