// A parent hands the record of a young person over, who takes it over with an account of their own and lets the parent act for a while.
import { expect, mailTo, test } from './fixtures';
import { address, newPatient, ready } from './people';

/** A date of birth with which somebody comes of age within the next weeks, on any day on which the test runs. */
function bornSoonOfAge(): [string, string, string] {
  const day = new Date(Date.now() + 20 * 24 * 60 * 60 * 1000);
  // The last days of February exist in every year.
  return [String(Math.min(day.getUTCDate(), 28)), String(day.getUTCMonth() + 1), String(day.getUTCFullYear() - 16)];
}

test('a young person takes the record over, and the parent acts for them until a day', async ({ page: parent, person }) => {
  const young = await person();
  const [day, month, year] = bornSoonOfAge();
  const guardian = await newPatient(parent, 'Petra Parent');
  const account = await newPatient(young, 'Kim Parent');
  await young.goto('/account/birth-date');
  await ready(young);
  await young.getByLabel('Day').fill(day);
  await young.getByLabel('Month').fill(month);
  await young.getByLabel('Year').fill(year);
  await young.getByRole('button', { name: 'Save the date of birth' }).click();
  await young.waitForURL('**/account/birth-date-saved');

  await parent.goto('/account/family/new');
  await ready(parent);
  await parent.getByLabel('Full name of the child').fill('Kim Parent');
  await parent.getByLabel('Day').fill(day);
  await parent.getByLabel('Month').fill(month);
  await parent.getByLabel('Year').fill(year);
  await parent.getByRole('button', { name: 'Add the child' }).click();
  await parent.waitForURL('**/account/family');
  await parent.goto('/account/family/hand-over');
  await ready(parent);
  await parent.getByRole('radio', { name: /Kim Parent/ }).check();
  await parent.getByLabel("The young person's own email address").fill(address('Kim Mistyped'));
  await parent.getByRole('button', { name: 'Send the link' }).click();
  await parent.getByRole('button', { name: /Withdraw the link/ }).click();
  await expect(parent.getByRole('button', { name: /Withdraw the link/ })).toBeHidden();
  await ready(parent);
  await parent.getByRole('radio', { name: /Kim Parent/ }).check();
  await parent.getByLabel("The young person's own email address").fill(account.email);
  await parent.getByRole('button', { name: 'Send the link' }).click();
  await expect(parent.getByRole('heading', { name: 'Waiting for the young person' })).toBeVisible();

  const { text } = await mailTo(young, account.email, /^Take over your record/);
  const link = new URL(text.match(/https?:\S+\/handover\/\w+/)![0]).pathname;
  await young.goto(link);
  await ready(young);
  await expect(young.getByRole('main')).toContainText('Kim Parent');
  await young.getByRole('radio', { name: /^Yes/ }).check();
  const last = new Date(Date.now() + 60 * 24 * 60 * 60 * 1000);
  await young.getByLabel('Day', { exact: true }).fill(String(last.getUTCDate()));
  await young.getByLabel('Month', { exact: true }).fill(String(last.getUTCMonth() + 1));
  await young.getByLabel('Year', { exact: true }).fill(String(last.getUTCFullYear()));
  await young.getByRole('button', { name: 'Take over the record' }).click();
  await young.waitForURL('**/account/claimed');
  await young.goto('/account/family');
  await expect(young.getByRole('main')).toContainText('Petra Parent');
  await young.goto(link);
  await expect(young.getByRole('alert').first()).toContainText('no longer works');
  const told = await mailTo(parent, guardian.email, /now belongs to the young person/);
  expect(told.text).toMatch(/act for\s+them\s+until/);
});
