import { strict as assert } from 'node:assert';
import { scenes } from './scenes';
import { sampleModel } from './standIn';
import { useTries } from './tryPage';

describe('the page that tries a workflow', () => {
  const open = useTries();

  it('says where the task goes, who would be offered it, and which waiting tasks would move', async () => {
    const { page } = await open();
    await page.getByText('Returns, target 1: Returns German').first().waitFor();
    await page.getByText('Returns is the first filter that matches. Target 1 ends after 30 s.').waitFor();
    const items = (name: string) => page.getByRole('list', { name }).getByRole('listitem').allInnerTexts();
    assert.deepEqual(await items('Who would be offered it'), ['Yuki Tanabe', 'Priya Raman', 'Liam Okafor']);
    await page.getByText('3 of 41 waiting tasks would move').waitFor();
    assert.deepEqual(await items('Waiting tasks'), [
      'Rosa Hazel Everyone → Returns German',
      'Omar Cedar Returns → Everyone',
      'Tess Rowan Returns → canceled',
    ]);
  });

  it('tries what is typed and chosen, and fills in a waiting task', async () => {
    const opened = await open();
    const { page, extension } = opened;
    const attributes = page.getByLabel('Attributes');
    await attributes.fill('{"type": 1}');
    await page.getByLabel('Task channel').selectOption('chat');
    await opened.eventually(() => extension.model.channel, 'chat');
    assert.equal(extension.model.attributes.text, '{"type": 1}');
    await page.getByRole('button', { name: 'Fill In a Waiting Task…' }).click();
    await opened.eventually(() => attributes.inputValue(), '{\n  "type": "filled"\n}');
    assert.equal(extension.got('pickTask').length, 1);
    await attributes.fill('{');
    await page.getByText('Attributes must be JSON.').waitFor();
    assert.equal(await attributes.getAttribute('aria-invalid'), 'true');
    assert.equal(await attributes.inputValue(), '{');
  });

  it('shows the task channel that is tried: at first, and after choices of the user and the extension', async () => {
    const { page, extension, eventually } = await open();
    const select = page.getByLabel('Task channel');
    const shown = () => select.inputValue();
    assert.equal(await shown(), extension.model.channel);
    await select.selectOption('chat');
    await eventually(() => extension.model.channel, 'chat');
    for (const channel of ['voice', 'chat', 'default', 'in\u200bvisible']) {
      const channels = [...sampleModel.channels, 'in\u200bvisible'];
      await extension.change({ model: { ...sampleModel, channels, channel } });
      await eventually(shown, channel);
    }
  });

  it('says why nothing is tried, and once to a screen reader', async () => {
    const opened = await open();
    await scenes['refused']!(opened);
    const said = 'TaskRouter would refuse this configuration: the filter has no targets';
    await opened.page.getByRole('status').getByText(said).waitFor();
    assert.equal(await opened.page.getByRole('heading', { name: 'Where it goes' }).count(), 0);
  });
});
