import { secretKeysIn } from '../../../src/extension/features/reservation/secrets';
import { formInstruction, warningsOf } from '../../../src/extension/features/reservation/formFields';
import { formTexts } from '../../../src/extension/features/reservation/formTexts';
import { parseFormMessage } from '../../../src/extension/features/reservation/pageMessage';
import type { Field } from '../../../src/taskrouter/fields';
import { instructions } from '../../../src/taskrouter/instructions';
import type { Instruction, InstructionName } from '../../../src/taskrouter/instructions';
import { wireName } from '../../../src/taskrouter/requests';
import { inEnglish } from '../../../src/taskrouter/message';
import { problemsOf } from '../../../src/taskrouter/update';
import type { FormMessage, FormOutcome, FormState } from '../../../src/webview/reservation/protocol';
import type { FormField, FormValues } from '../../../src/webview/shared/protocol';
import { StandIn } from '../shared/standIn';

const activities = [
  { value: 'WA00000000000000000000000000000001', label: 'Available (takes tasks)' },
  { value: 'WA00000000000000000000000000000002', label: 'Wrap-up (takes no tasks)' },
  { value: 'WA00000000000000000000000000000003', label: 'Break (takes no tasks)' },
];

const workers = [{ value: 'WK00000000000000000000000000000007', label: 'Zoë Park (Available)' }];

const calls = [
  {
    value: 'CA00000000000000000000000000000001',
    label: 'call_sid from the task’s attributes',
    callerData: true,
  },
] as const;

const table: readonly Instruction[] = instructions;

/** The real table and the real checks for one form, and an outcome that the test chooses. */
export class FormStandIn extends StandIn<FormState, FormMessage> {
  chosen: InstructionName = 'conference';
  values: { [Name in InstructionName]?: FormValues } = {};
  status = 'pending';
  contactUri: string | undefined = '';
  worker = 'Alice Mbeki';
  sending = false;
  progress = 'Sending Conference…';
  outcome: FormOutcome | undefined;
  news: string | undefined;
  next: string | undefined;
  notice: string | undefined;
  offersAnother: true | undefined;
  simulated = true;
  suggestions = true;
  expiresIn: number | undefined = 42_000;
  previews = true;
  /** The outcome of a request, when it comes before anything else can happen. */
  immediateOutcome: FormOutcome | undefined;

  /** A type of message that does not parse. */
  refuses: FormMessage['type'] | undefined;
  /** How many messages did not parse. */
  refused = 0;

  protected override parse(message: unknown): FormMessage | undefined {
    const parsed = parseFormMessage(message);
    if (parsed && parsed.type !== this.refuses) return parsed;
    this.refused++;
    return undefined;
  }

  protected override apply(message: FormMessage): void {
    if (message.type === 'choose') {
      this.chosen = message.instruction;
      this.outcome = undefined;
    }
    if (message.type === 'set') {
      const values = { ...this.values[message.instruction] };
      if (message.value === undefined) delete values[message.key];
      else values[message.key] = message.value;
      this.values[message.instruction] = values;
    }
    if (message.type === 'send') {
      this.sending = this.immediateOutcome === undefined;
      this.outcome = this.immediateOutcome;
    }
  }

  protected override stateAt(now: number): FormState {
    const instruction = table.find(({ name }) => name === this.chosen)!;
    const values = this.values[this.chosen] ?? {};
    const problems = problemsOf(instruction, values, this.situation);
    const lines = instruction.fixed.map(([name, value]) => `${name}=${value}`);
    for (const { key } of instruction.fields) {
      const value = values[key];
      if (value !== undefined)
        lines.push(...[value].flat().map((one) => `${wireName(key)}=${encodeURIComponent(one)}`));
    }
    const path =
      '/v1/Workspaces/WS00000000000000000000000000000001/Tasks/WT00000000000000000000000000000001/Reservations/WR00000000000000000000000000000001';
    const http = `POST ${path} HTTP/1.1\nHost: taskrouter.twilio.com\nContent-Type: application/x-www-form-urlencoded\n\n${lines.join('\n&')}`;
    const curl = `curl -X POST "https://taskrouter.twilio.com${path}" \\\n${lines.map((line) => `  --data-urlencode '${line}' \\\n`).join('')}  -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"`;
    const wrong = problems.some(({ key }) => key !== undefined);
    return {
      texts: formTexts(),
      account: {
        name: this.simulated ? 'Simulated contact centre' : 'Owl Insurance',
        simulated: this.simulated,
        ...(this.simulated ? {} : { environment: { name: 'production', text: 'production' } }),
      },
      reservation: {
        sid: 'WR00000000000000000000000000000001',
        status: this.status,
        worker: this.worker,
        task: 'Dana Alder',
        workspace: 'Acme Support',
        queue: 'Support queue · voice',
        createdAt: now - 18_000,
        ...(this.expiresIn === undefined ? {} : { expiresAt: now + this.expiresIn }),
      },
      instructions: table.map((one) => {
        const unavailable = problemsOf(one, {}, this.situation).find(({ key }) => key === undefined);
        return formInstruction(one, unavailable && inEnglish(unavailable.message), (field) =>
          this.formField(field),
        );
      }),
      chosen: this.chosen,
      values: Object.fromEntries(
        instruction.fields.flatMap(({ key, control }) => {
          const value = values[key];
          return value === undefined ? [] : [[key, control === 'password' ? '' : value]];
        }),
      ),
      secret: secretKeysIn(values),
      problems: Object.fromEntries(problems.map(({ key, message }) => [key ?? '', inEnglish(message)])),
      warnings: warningsOf(instruction, values),
      previews:
        wrong || !this.previews
          ? []
          : [
              { name: 'HTTP', text: http },
              { name: 'curl', text: curl },
              { name: 'PowerShell', text: curl.replaceAll('\\\n', '`\n') },
              { name: 'Node', text: `await client.taskrouter.v1.workspaces('WS…')` },
              { name: 'Python', text: `client.taskrouter.v1.workspaces('WS…')` },
              { name: 'Twilio CLI', note: 'The Twilio CLI sends requests to Twilio only.' },
              {
                name: 'Callback response',
                text: JSON.stringify({ instruction: this.chosen }, null, 2),
                note: 'Left out, because a callback response does not support them: Muted.',
              },
            ].map((preview) => ({ ...preview, title: preview.name })),
      sending: this.sending,
      ...(this.sending ? { progress: this.progress } : {}),
      ...(this.outcome ? { outcome: this.outcome } : {}),
      ...(this.news === undefined ? {} : { news: this.news }),
      ...(this.next === undefined ? {} : { next: this.next }),
      ...(this.notice === undefined ? {} : { notice: this.notice }),
      ...(this.offersAnother === undefined ? {} : { offersAnother: this.offersAnother }),
    };
  }

  private get situation() {
    return {
      status: this.status,
      ...(this.contactUri === undefined ? {} : { contactUri: this.contactUri }),
    };
  }

  private formField({
    problemOf: _problemOf,
    group: _group,
    requiredWithoutContactUri,
    source,
    refusedInMultitasking: _r,
    ...field
  }: Field): FormField {
    return {
      ...field,
      name: wireName(field.key),
      required: field.required === true || (requiredWithoutContactUri === true && this.contactUri === ''),
      ...(source === 'workers' ? { pick: 'Choose Worker…', suggestions: workers } : {}),
      ...(this.suggestions && source === 'activities' ? { suggestions: activities } : {}),
      ...(this.suggestions && source === 'task-call' ? { suggestions: calls } : {}),
    };
  }
}
