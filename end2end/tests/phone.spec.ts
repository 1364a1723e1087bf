// A phone number is verified by the code of a text message, and then takes the link for a new password.
import { randomInt } from 'node:crypto';
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, mailbox, signInAs, test } from './fixtures';
import { patience } from './pace';
import { PASSWORD, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Waits for a text message to this number with this text in it; what was found. */
async function textTo(page: Page, number: string, wanted: RegExp): Promise<string> {
  const found: string[] = [];
  const find = async () => {
    for (const mail of await mailbox(page, number)) found.push(...(wanted.exec(mail.text) ?? []));
    return found.length;
  };
  await expect.poll(find, { message: `a text message to ${number}`, timeout: patience(20_000), intervals: [100, 200] }).toBeGreaterThan(0);
  return found[0]!;
}

test('a patient verifies a phone number, and chooses a new password by a text message', async ({ page, person, complaints }) => {
  test.slow();
  // A number that does not exist is answered with 422, a wrong code with 403.
  complaints.allow(/422|403/);
  const { email } = await newPatient(page, 'Talan Reachable');
  const digits = String(randomInt(100_000, 1_000_000));
  await page.goto('/account');
  await ready(page);
  await page.getByRole('link', { name: 'Phone number for text messages' }).click();
  await expect(page).toHaveURL(/\/account\/phone$/);
  await ready(page);
  await page.getByLabel('Mobile phone').fill('+44 7700 900123');
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await expect(page.getByRole('alert').first()).toContainText('This phone number does not exist');
  await page.getByLabel('Mobile phone').fill(`+44 7400 ${digits}`);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await expect(page.getByRole('heading', { name: 'Enter the code' })).toBeVisible();

  const code = await textTo(page, `+447400${digits}`, /\b\d{6}\b/);
  await ready(page);
  await page.getByLabel('Code', { exact: true }).fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: 'Verify the number' }).click();
  await expect(page.getByRole('alert').first()).toContainText('This is not the code that we sent');
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Verify the number' }).click();
  await expect(page.getByText('Your phone number is verified')).toBeVisible();
  await expect(page.getByText(`We send text messages to +44 7400 ${digits}.`)).toBeVisible();

  const elsewhere = await person();
  await elsewhere.goto('/reset-password');
  await ready(elsewhere);
  await elsewhere.getByRole('link', { name: 'Send the link to your phone' }).click();
  await expect(elsewhere).toHaveURL(/\/reset-password\/by-text$/);
  await ready(elsewhere);
  await elsewhere.getByLabel('Email address').fill(email);
  await elsewhere.getByRole('button', { name: 'Send a text message' }).click();
  await expect(elsewhere).toHaveURL(/\/reset-password\/text-sent/);
  const link = await textTo(elsewhere, `+447400${digits}`, /https?:\/\/\S+\/reset-password\/\S+/);
  await elsewhere.goto(new URL(link).pathname);
  await ready(elsewhere);
  await elsewhere.locator('input[autocomplete="new-password"]').fill('five green umbrellas');
  await elsewhere.getByRole('main').locator('button[type="submit"]').click();
  await expect(elsewhere).toHaveURL(/\/reset-password\/done$/);
  await signInAs(elsewhere, email, 'five green umbrellas');
  await elsewhere.waitForURL('**/patient');
});
