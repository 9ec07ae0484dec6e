import type { TryModel } from '../../../src/extension/features/workflowFiles/tryState';
import { sampleModel } from './standIn';
import type { OpenTry } from './tryPage';

const show =
  (change: Partial<TryModel>) =>
  async (opened: OpenTry): Promise<void> => {
    await opened.extension.change({ model: { ...sampleModel, ...change } });
    await opened.page.getByRole('heading', { level: 1 }).waitFor();
  };

/** What the page can look like. */
export const scenes: Readonly<Record<string, (opened: OpenTry) => Promise<void>>> = {
  tried: show({}),
  reading: show({ isReading: true, trial: undefined, impact: undefined, tasks: [] }),
  refused: show({ trial: undefined, impact: undefined, refusal: 'the filter has no targets' }),
  'wrong attributes': show({ trial: undefined, attributes: { text: '{ "type": ', of: '1' } }),
  'nobody matches': show({
    trial: { ...sampleModel.trial!, workers: [] },
    impact: { moves: [], count: 41, areMore: false },
    failure: 'TaskRouter cannot be reached.',
  }),
};
