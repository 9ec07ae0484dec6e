import { mask } from '../src/taskrouter/secrets';

const uuid = '8f14e45f-ceea-467f-ab12-0123456789ab';

/** Addresses that Twilio rings, and how they are shown: whoever it is, only a password or a secret parameter is hidden. */
export const calledAddresses: readonly (readonly [address: string, shown: string])[] = [
  ...[
    'client:ada',
    `client:${uuid}`,
    `CLIENT:${uuid}`,
    'client:agent_1234567890abcdef',
    'client:abcdefghijklmnopqrABCDEFGHIJKLMNOPQR',
    'client:billing/agent_1234567890abcdef',
    'client:token/agent_1234567890abcdef',
    'client:agent%5F1234567890abcdef',
    'client://agent_1234567890abcdef@example.com',
    'client:agent_1234567890abcdef?team=billing',
    `sip:${uuid}@pbx.example.com`,
    'sip:agent_1234567890abcdef@pbx.example.com:5061;transport=tls',
    'sip://agent_1234567890abcdef@pbx.example.com',
    'sip:+15550100123@1234567890abcdef.example.com',
    `sips:${uuid}@pbx.example.com?X-Team=a`,
    'tel:+15550100123',
    'tel:1-800-abcdefghijKLMNOPQRstuvwxyz12',
    'tel:+1-555-010-0123;ext=22',
    '+15550100123',
    uuid,
  ].map((address) => [address, address] as const),
  ['client:agent_1234567890abcdef?token=Hunter2', `client:agent_1234567890abcdef?token=${mask}`],
  ['client:ada?token=ada', `client:ada?token=${mask}`],
  ['client://ada:Hunter2@example.com', `client://ada:${mask}@example.com`],
  ['sip:alice;token=abc@h', `sip:alice;token=${mask}@h`],
  ['sip:alice;token=abc@abc;lr', `sip:alice;token=${mask}@abc;lr`],
  ['sip:alice;x=1:abc@pbx.example.com', `sip:alice;x=1:${mask}@pbx.example.com`],
  ['sip:alice;pin=1234@pbx.example.com;key=abc', `sip:alice;pin=${mask}@pbx.example.com;key=${mask}`],
  [`sip:${uuid}:Hunter2@pbx.example.com`, `sip:${uuid}:${mask}@pbx.example.com`],
  ['sip:pbx:pbx@pbx.example.com', `sip:pbx:${mask}@pbx.example.com`],
  ['sip:ada%3Aexample@example.com', `sip:ada%3A${mask}@example.com`],
  ['sips:ada:1234@1234.example.com;pin=1234', `sips:ada:${mask}@1234.example.com;pin=${mask}`],
  ['tel:+15550100123;password=Hunter2', `tel:+15550100123;password=${mask}`],
];
