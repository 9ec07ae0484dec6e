import { answerInstructions } from './answerKeys';
import { parameterNames } from './recording';

/** The JSON schema of recordings. It says nothing about other programs' files in folders of the same name. */
export const recordingSchema = (): object => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  if: {
    type: 'object',
    required: ['parameters'],
    properties: { parameters: { type: 'object', required: ['ReservationSid'] } },
  },
  then: {
    title: 'A recorded assignment callback, with the answer that the application is expected to give',
    description: 'Run it in the Testing view, or with taskrouter check.',
    required: ['parameters', 'answer'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      url: {
        type: 'string',
        description:
          'The assignment callback URL, on this machine. Asked for when a run starts if it is absent.',
      },
      parameters: {
        description: 'The parameters of the callback, as TaskRouter sends them.',
        type: 'object',
        required: parameterNames,
        additionalProperties: false,
        properties: Object.fromEntries(parameterNames.map((name) => [name, { type: 'string' }])),
      },
      answer: {
        description: 'The expected answer, as the application writes it; {} for none.',
        type: 'object',
        properties: { instruction: { enum: answerInstructions } },
      },
    },
  },
});
