// Two nurses of one clinic: one gives a task and writes a handover note, the other does the task and reads the note, and the first one sees it without loading the page again.
import { readDemo } from './demo';
import { expect, patience, test } from './fixtures';
import { coined, newStaff, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a nurse gives a task and hands over, and a colleague does the one and reads the other', async ({ page: early, person }) => {
  test.slow();
  const late = await person();
  await newStaff(early, coined('Nolwenn Early'), 'nurse', 'ward');
  const { name } = await newStaff(late, coined('Nonna Late'), 'nurse', 'ward');
  const [task, note] = [coined('Refill the trolley'), coined('The scales are broken')];

  await early.goto('/ward/tasks');
  await ready(early);
  await early.getByText('New task', { exact: true }).click();
  await early.getByRole('textbox', { name: 'What is to be done?' }).fill(task);
  await early.getByLabel('Who does it?').selectOption({ label: 'All nurses' });
  await early.getByRole('button', { name: 'Give the task' }).click();
  const given = early.getByRole('listitem').filter({ hasText: task });
  await expect(given).toContainText('All nurses');

  await late.goto('/ward');
  await ready(late);
  await late.getByRole('link', { name: 'Tasks' }).first().click();
  await late.getByRole('button', { name: `Done: ${task}` }).click();
  await expect(late.getByRole('button', { name: `Done: ${task}` })).toHaveCount(0);
  await expect(given).toHaveCount(0, { timeout: patience(15_000) });

  await early.goto('/ward/handover');
  await ready(early);
  await early.getByText('New handover note', { exact: true }).click();
  await early.getByLabel('Day of the shift').selectOption({ index: 1 });
  await early.getByLabel('Shift', { exact: true }).selectOption({ label: 'Early shift' });
  await early.getByRole('textbox', { name: 'For everybody' }).fill(note);
  await early.getByRole('button', { name: 'Save the note' }).click();
  const written = early.locator('section').filter({ hasText: note });
  await expect(written).toContainText('Nobody has read it yet.');

  await late.goto('/ward/handover');
  await ready(late);
  await late.locator('section').filter({ hasText: note }).getByRole('button', { name: /^I have read this/ }).click();
  await expect(late.locator('section').filter({ hasText: note })).toContainText(name);
  await expect(written).toContainText(name, { timeout: patience(15_000) });
});
