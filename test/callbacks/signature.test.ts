import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import express from 'express';
import fc from 'fast-check';
import twilio from 'twilio';
import { assignmentParameters } from '../../src/callbacks/assignment';
import { answerJson } from '../../src/callbacks/answerKeys';
import { decisiveAnswer, deliver, deliverAssignment } from '../../src/callbacks/deliver';
import { signatureOf, urlToSign } from '../../src/callbacks/signature';
import type { InstructionName } from '../../src/taskrouter/instructions';
import type { Arguments } from '../../src/taskrouter/update';
import { assignment, serveApplication } from './application';
import { sequences } from '../sequences';

const authToken = '0123456789abcdef0123456789abcdef';
const parameters = assignmentParameters(assignment);

const urls = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    fc.constantFrom('localhost', '127.0.0.1', '[::1]', 'app.example.com'),
    fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    fc.webPath(),
    fc.option(fc.webQueryParameters(), { nil: undefined }),
  )
  .map(
    ([scheme, host, port, path, query]) =>
      `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path || '/'}${query === undefined ? '' : `?${query}`}`,
  );
const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { maxLength: 6 });

describe('the signature of a callback', () => {
  it('is the one that the official helper accepts, for any URL and any parameters', () => {
    const property = fc.property(
      urls,
      names,
      fc.array(fc.string({ unit: 'binary', maxLength: 20 })),
      (url, keys, values) => {
        const sent = keys.map((name, i) => [name, values[i] ?? ''] as const);
        const signature = signatureOf(authToken, url, sent);
        // What the application sees of it.
        const seen = urlToSign(url);
        assert.ok(twilio.validateRequest(authToken, signature, seen, Object.fromEntries(sent)));
        assert.ok(!twilio.validateRequest('f'.repeat(32), signature, seen, Object.fromEntries(sent)));
      },
    );
    fc.assert(property, sequences());
  });

  it('is the one that the official helper accepts for a URL with the hash of its body', () => {
    const body = '{"EventType":"task.created"}';
    const hash = createHash('sha256').update(body).digest('hex');
    const url = `https://app.example.com/events?bodySHA256=${hash}`;
    const signature = signatureOf(authToken, url, []);
    assert.ok(twilio.validateRequestWithBody(authToken, signature, url, body));
    assert.ok(!twilio.validateRequestWithBody(authToken, signature, url, `${body} `));
  });
});

const answers: Readonly<Record<Exclude<InstructionName, 'wrapUp' | 'complete' | 'supervise'>, Arguments>> = {
  accept: {},
  reject: { workerActivitySid: `WA${'0'.repeat(32)}` },
  conference: { from: '+15550100123', postWorkActivitySid: `WA${'0'.repeat(32)}` },
  dequeue: {
    dequeueFrom: '+15550100123',
    dequeueTimeout: '15',
    dequeueStatusCallbackEvent: ['answered', 'completed'],
  },
  call: { callFrom: '+15550100123', callUrl: 'https://app.example.com/answer', callAccept: 'true' },
  redirect: { redirectCallSid: `CA${'0'.repeat(32)}`, redirectUrl: 'https://app.example.com/queue' },
};

describe('an application for Express with Twilio’s middleware', () => {
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  const answered = (name: string) => name as keyof typeof answers;
  app.post('/:instruction', twilio.webhook(authToken), (request, response) => {
    const name = answered(request.params['instruction']);
    response.type('application/json').send(answerJson(name, answers[name]));
  });
  app.get('/status', twilio.webhook(authToken), (_request, response) => void response.sendStatus(204));
  let application: Awaited<ReturnType<typeof serveApplication>>;
  before(async () => (application = await serveApplication(app)));
  after(() => application.close());

  for (const [name, args] of Object.entries(answers)) {
    it(`is asked, accepts the signature, and answers with ${name}`, async () => {
      const url = `${application.url}/${name}?from=callback`;
      const delivery = await deliverAssignment({ url }, parameters, { authToken });
      assert.deepEqual(decisiveAnswer(delivery), {
        ...{ consequence: 'applies', instruction: name, args, problems: [] },
      });
    });
  }

  it('accepts the signature of its public URL, as it would behind a tunnel', async () => {
    const signedUrl = 'https://app.example.com/accept';
    // Express believes a proxy about the scheme only when it is told to.
    app.set('trust proxy', true);
    const delivery = await deliverAssignment({ url: `${application.url}/accept`, signedUrl }, parameters, {
      authToken,
    });
    assert.equal(decisiveAnswer(delivery).instruction, 'accept');
  });

  it('refuses another account’s signature, and a callback without one', async () => {
    const url = `${application.url}/accept`;
    const wrong = await deliverAssignment({ url }, parameters, { authToken: 'f'.repeat(32) });
    assert.equal(wrong.attempts[0]!.response!.status, 403);
    const missing = await deliverAssignment({ url }, parameters);
    assert.equal(missing.attempts[0]!.response!.status, 400);
  });

  it('accepts a status callback by GET, whose parameters are in its URL', async () => {
    const { response } = await deliver({ url: `${application.url}/status` }, [['CallStatus', 'completed']], {
      ...{ authToken, method: 'GET', timeout: 5000 },
    });
    assert.equal(response!.status, 204);
  });
});
