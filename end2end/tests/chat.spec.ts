// The chat next to the call.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { meet, relayOnly } from './media';
import { bookSoon, newDoctor, newPatient } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('the chat sends what was meant to be sent, and a message that did not arrive is sent again', async ({ page: patient, person, complaints }) => {
  test.setTimeout(300_000);
  const doctor = await person();
  await newPatient(patient, 'Silas Quiet');
  const visit = await bookSoon(patient, (await newDoctor(doctor, 'Dr Rhiannon Okafor')).name, 'Only to talk.');
  for (const page of [patient, doctor]) await relayOnly(page);
  await meet(patient, doctor, visit);
  await patient.getByRole('button', { name: 'Chat' }).click();
  const field = patient.getByLabel('Your message');
  // The field is as high as its text.
  const height = async () => (await field.boundingBox())!.height;
  const oneLine = await height();
  await field.fill('One\nTwo\nThree');
  expect(await height()).toBeGreaterThan(oneLine + 30);
  await field.fill('');
  expect(await height()).toBe(oneLine);
  await field.fill('にほんご');
  // Enter during a composition must not send: with the key events of Chromium and Firefox, and of WebKit, which sends it after the composition's end.
  for (const key of [{ isComposing: true, keyCode: 229 }, { isComposing: true, keyCode: 13 }, { isComposing: false, keyCode: 229 }]) {
    await field.evaluate((element, key) => {
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...key } as KeyboardEventInit));
    }, key);
  }
  await expect(field).toHaveValue('にほんご');
  await field.press('Shift+Enter');
  await expect(field).toHaveValue('にほんご\n');
  await expect(patient.getByRole('log').getByRole('article')).toHaveCount(0);
  await field.fill('日本語');
  await field.press('Enter');
  await expect(field).toHaveValue('');
  // The message is unread until the doctor has it in sight; the title and the tab count it.
  const tab = doctor.getByRole('tab', { name: 'Chat' });
  await expect(tab).toHaveAccessibleName('Chat 1 unread message');
  await expect(doctor).toHaveTitle('(1) Consultation · Bedside');
  await doctor.getByRole('tab', { name: 'Notes' }).press('ArrowRight');
  await expect(tab).toBeFocused();
  await expect(tab).toHaveAttribute('aria-selected', 'true');
  await expect(tab).toHaveAccessibleName('Chat');
  await expect(doctor).toHaveTitle('Consultation · Bedside');
  await expect(doctor.getByRole('log')).toContainText('日本語');
  await expect(patient.getByRole('log').getByRole('article')).toHaveCount(1);

  // A message stays the same element when it is sent again, so that a screen reader reads it once and the focus stays.
  complaints.allow(/send-message/);
  await patient.route('**/do/send-message', route => route.abort());
  await field.fill('Are you there?');
  await field.press('Enter');
  const message = patient.getByRole('article').filter({ hasText: 'Are you there?' });
  await expect(message.getByRole('alert')).toHaveText('Not sent.');
  const element = await message.elementHandle();
  await patient.unroute('**/do/send-message');
  await message.getByRole('button', { name: 'Send again' }).click();
  await expect(message.getByText('You', { exact: true })).toBeVisible();
  expect(await element!.evaluate(element => element.isConnected)).toBe(true);
  await expect(doctor.getByRole('log')).toContainText('Are you there?');
  await expect(patient.getByRole('log').getByRole('article')).toHaveCount(2);
  await expect(doctor.getByRole('log').getByRole('article')).toHaveCount(2);

  // The patient too, also after a reload.
  const button = patient.getByRole('button', { name: 'Chat' });
  await button.click();
  await doctor.getByLabel('Your message').fill('I am here.');
  await doctor.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(button).toHaveAccessibleName('Chat 1 unread message');
  await patient.reload();
  await expect(button).toHaveAccessibleName('Chat 1 unread message');
  await expect(patient).toHaveTitle('(1) Visit · Bedside');
  await button.click();
  await expect(button).toHaveAccessibleName('Chat');
});
