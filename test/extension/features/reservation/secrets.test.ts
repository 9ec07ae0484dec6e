import { strict as assert } from 'node:assert';
import { holdsSecret } from '../../../../src/extension/features/reservation/secrets';

const sid = `EH${'0123456789abcdef'.repeat(2)}`;

describe('a password or token in a value', () => {
  for (const value of [
    'https://svc:Hunter2@hooks.example.com/cb',
    'https://svc@hooks.example.com/cb',
    'https://:Hunter2@hooks.example.com/cb',
    'https://svc%3AHunter2%40hooks.example.com:x@example.com/',
    'https://hooks.example.com/cb?token=Abc123',
    'https://hooks.example.com/cb?%74oken=Abc123',
    'https://hooks.example.com/cb?accessToken=1',
    'https://hooks.example.com/cb?a=1&api_key=2',
    'https://hooks.example.com/cb?X-Amz-Signature=2',
    'https://hooks.example.com/cb?client-secret=2',
    'https://hooks.example.com/cb;jsessionid=2',
    'https://hooks.example.com/cb#access_token=2',
    'https://hooks.example.com/cb?Authorization=Basic%20c3ZjOkh1bnRlcjI%3D',
    'https://hooks.example.com/cb?x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln',
    'https://hooks.example.com/cb?550e8400-e29b-41d4-a716-446655440000',
    'https://hooks.example.com/9f86d081884c7d659a2feaa0c55ad015/cb',
    'https://hooks.example.com/cb?next=https%3A%2F%2Fsvc%3AHunter2%40a.example',
    'https://hooks.example.com/cb?next=https%253A%252F%252Fa.example%253Ftoken%253D1',
    'HTTPS://SVC:HUNTER2@HOOKS.EXAMPLE.COM/',
    'https:svc:Hunter2@hooks.example.com/cb',
    'https:/svc:Hunter2@hooks.example.com/cb',
    'https:\\\\svc:Hunter2@hooks.example.com/cb',
    'https://hooks.example.com/cb?q={"token":"Abc123"}',
    'https://hooks.example.com/cb?q=%7B%22pass_word%22%20%3A%22Hunter2%22%7D',
    'https://hooks.example.com/cb?login[password]=Hunter2',
    'https://hooks.example.com/cb?p\u00e0ssword=Hunter2',
    'https://hooks.example.com/cb?x=%253Ftoken%253D1',
    'https://hooks.example.com/api-key/Hunter2/cb',
    'sip:ada:Hunter2@pbx.example.com',
    'sip:ada%3AHunter2@pbx.example.com',
    'sips:ada:Hunter2@pbx.example.com;transport=tls',
    'sip:ada@pbx.example.com?token=1',
  ])
    it(`is found in ${value}`, () => assert.ok(holdsSecret(value)));

  for (const value of [
    '',
    'client:ada',
    '+15550100123',
    'sip:ada@203.0.113.5:5061;transport=tls?x-team=a',
    'https://example.com/',
    'https://example.com:8443/twiml/ring?lang=en-US&queue=billing',
    'https://auth.example.com:8443/token?lang=en',
    'https://example.com/auth/callback?time=10:30&filter={"queue":"billing"}',
    'https://example.com/callback_v2_production',
    'https://example.com/status-callback-for-conferences',
    `https://handler.twilio.com/twiml/${sid}`,
    `https://example.com/?CallSid=${sid}`,
  ])
    it(`is not found in ${value || 'nothing'}`, () => assert.ok(!holdsSecret(value)));
});
