import { l10n } from 'vscode';
import { attribute } from '../../../taskrouter/attributes';
import type { Field } from '../../../taskrouter/fields';
import { groups, warningFor } from '../../../taskrouter/fields';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import type { Activity, Worker } from '../../../taskrouter/resources';
import type { InstructionContext } from '../../../taskrouter/update';
import type { FormInstruction, FormState } from '../../../webview/reservation/protocol';
import type { FormField, FormSuggestion, FormValues } from '../../../webview/shared/protocol';
import { localize, localizeText } from '../../display/localize';
import { firstVisible, plain } from '../../display/safeText';
import type { FormRows } from './formModel';

/** An instruction as the page shows it, its fields in groups. */
export function formInstruction(
  instruction: Instruction,
  unavailable: string | undefined,
  show: (field: Field) => FormField,
): FormInstruction {
  return {
    name: instruction.name as InstructionName,
    title: localizeText(instruction.title),
    help: localizeText(instruction.help),
    ...(unavailable ? { unavailable } : {}),
    groups: groups
      .map((title) => ({
        title: localizeText(title),
        fields: instruction.fields.filter(({ group }) => group === title).map(show),
      }))
      .filter(({ fields }) => fields.length > 0),
  };
}

export function formField(
  field: Field,
  { contactUri }: InstructionContext,
  rows: FormRows,
  callerIds: readonly string[],
): FormField {
  const { key, label, help, control, choices, unit } = field;
  const contact = field.source === 'worker-contact' ? contactUri : undefined;
  const twilioDefault = contact
    ? l10n.t('{contact} (the worker’s contact_uri)', { contact: plain(contact, 60) })
    : field.twilioDefault && localizeText(field.twilioDefault);
  const suggestions = suggestionsFor(field, rows, callerIds);
  return {
    key,
    name: wireName(key),
    label: localizeText(label),
    help: localizeText(help),
    control,
    ...(choices ? { choices } : {}),
    ...(unit ? { unit: localizeText(unit) } : {}),
    ...(twilioDefault ? { twilioDefault } : {}),
    required: field.required === true || (field.requiredWithoutContactUri === true && contactUri === ''),
    ...(field.source === 'workers' ? { pick: l10n.t('Choose Worker…') } : {}),
    ...(suggestions.length ? { suggestions } : {}),
  };
}

/** What is allowed but unwise, by field key. */
export function warningsOf({ fields }: Instruction, values: FormValues): FormState['warnings'] {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = values[field.key];
      const warning = typeof value === 'string' ? warningFor(field, value) : undefined;
      return warning ? [[field.key, localize(warning)]] : [];
    }),
  );
}

function suggestionsFor(
  { source }: Field,
  { activities, chosenWorkers, task }: FormRows,
  callerIds: readonly string[],
): readonly FormSuggestion[] {
  switch (source) {
    case 'activities':
      return activities.map(activitySuggestion);
    case 'workers':
      return chosenWorkers.map(workerSuggestion);
    case 'task-call': {
      const callSid = attribute(task?.attributes, 'call_sid');
      const label = l10n.t('call_sid from the task’s attributes');
      return callSid ? [{ value: plain(callSid, 34), label, callerData: true }] : [];
    }
    case 'caller-ids':
      return callerIds.map((value) => ({ value: plain(value), label: plain(value) }));
    default:
      return [];
  }
}

function activitySuggestion({ sid, friendly_name, available }: Activity): FormSuggestion {
  const name = firstVisible([friendly_name, sid], 60);
  const takes = available ? l10n.t('takes tasks') : l10n.t('takes no tasks');
  return { value: sid, label: typeof available === 'boolean' ? `${name} (${takes})` : name };
}

function workerSuggestion({ sid, friendly_name, activity_name, attributes }: Worker): FormSuggestion {
  const name = firstVisible([friendly_name, sid], 60);
  const facts = [
    plain(activity_name ?? '', 60),
    attributes && !attribute(attributes, 'contact_uri') ? l10n.t('no contact_uri') : '',
  ].filter(Boolean);
  return { value: sid, label: facts.length ? `${name} (${facts.join(', ')})` : name };
}
