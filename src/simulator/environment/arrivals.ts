import type { AccountState } from '../state/accountState';
import type { ArrivalPlan } from '../scenarios/scenario';

const given =
  'Ada Bea Cem Dana Eli Fay Gus Hana Ivo June Kai Lena Milo Nora Omar Pia Quinn Rosa Sam Tess'.split(' ');
const family = 'Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ivy Juniper Larch Maple Oak Pine Rowan'.split(
  ' ',
);
const areas = ['206', '212', '303', '312', '415', '512', '617', '702', '808', '917'];

/** Numbers from 555-0100 to 555-0199 are reserved for fiction. */
const fictitiousNumber = (account: AccountState) =>
  `+1${account.random.pick(areas)}55501${String(account.random.integer(0, 99)).padStart(2, '0')}`;

/** The attributes of a new task: the plan's, with each `{word}` replaced by one value throughout the task. */
export function attributesFor(account: AccountState, { attributes, words = {} }: ArrivalPlan): string {
  const { random } = account;
  const customer = `${random.pick(given)} ${random.pick(family)}`;
  const values: Record<string, string> = {
    call: account.sids.next('Call'),
    conference: `CF${random.hex(32)}`,
    conversation: `CH${random.hex(32)}`,
    phone: fictitiousNumber(account),
    line: '+18885550100',
    customer,
    email: `${customer.toLowerCase().replace(' ', '.')}@example.com`,
    order: `A-${random.integer(10_000, 99_999)}`,
  };
  for (const [word, all] of Object.entries(words)) values[word] = random.pick(all);
  const all = substituted(attributes, values);
  return typeof all === 'string' ? all : JSON.stringify(all);
}

function substituted(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string')
    return value.replace(/\{(\w+)\}/g, (whole, word: string) => values[word] ?? whole);
  if (Array.isArray(value)) return value.map((one) => substituted(one, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, substituted(one, values)]));
}
