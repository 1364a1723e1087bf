// The forms tell password managers what they need (WHATWG HTML, "Autofill"), and a new password works.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, mailTo, signInAs, test } from './fixtures';
import { PASSWORD, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The fields of the form with the new password as a password manager sees them: kind and value. */
async function fields(page: Page): Promise<[string, string][]> {
  const form = page.locator('form').filter({ has: page.locator('input[autocomplete="new-password"]') });
  const found = form.locator('input[autocomplete="username"], input[autocomplete$="password"]');
  return found.evaluateAll(inputs => inputs.map(input => [(input as HTMLInputElement).autocomplete, (input as HTMLInputElement).value]));
}

/** The username field is only for programs: people can neither see nor reach it. */
async function isForProgramsOnly(page: Page): Promise<void> {
  const username = page.locator('input[autocomplete="username"]');
  await expect(username).toHaveAttribute('readonly', '');
  await expect(username).toHaveAttribute('aria-hidden', 'true');
  // The field is as wide as others, but inside a box of one pixel that hides it.
  const box = username.locator('..');
  expect((await box.boundingBox())!.width).toBeLessThanOrEqual(1);
  expect(await box.evaluate(element => getComputedStyle(element).overflow)).toBe('hidden');
  await page.locator('input[autocomplete="new-password"]').press('Shift+Tab');
  await expect(username).not.toBeFocused();
}

test('each form with a new password says whose it is', async ({ page, person }) => {
  test.slow();
  for (const path of ['/sign-up', '/apply']) {
    await page.goto(path);
    expect(await fields(page)).toEqual([['username', ''], ['new-password', '']]);
  }
  const { email } = await newPatient(page, 'Oluwaseun Ó Súilleabháin');
  await page.goto('/account');
  await ready(page);
  expect(await fields(page)).toEqual([['username', email], ['current-password', ''], ['new-password', '']]);
  await isForProgramsOnly(page);
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill('four yellow kites at noon');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page).toHaveURL(/\/account\/password-changed$/);

  const elsewhere = await person();
  await elsewhere.goto('/reset-password');
  await ready(elsewhere);
  await elsewhere.getByLabel('Email address').fill(email);
  await elsewhere.getByRole('main').locator('button[type="submit"]').click();
  await expect(elsewhere).toHaveURL(/\/reset-password\/sent\?address=[0-9a-f]{32}$/);
  await expect(elsewhere.getByRole('main')).toContainText(email);
  const mail = await mailTo(elsewhere, email, /^Choose a new password/);
  const link = new URL(/https?:\/\/\S+\/reset-password\/\S+/.exec(mail.text)![0]).pathname;
  await elsewhere.goto(link);
  await ready(elsewhere);
  expect(await fields(elsewhere)).toEqual([['username', email], ['new-password', '']]);
  await isForProgramsOnly(elsewhere);
  await elsewhere.locator('input[autocomplete="new-password"]').fill('five green umbrellas');
  await elsewhere.getByRole('main').locator('button[type="submit"]').click();
  await expect(elsewhere).toHaveURL(/\/reset-password\/done$/);
  // A link that was already used does not reveal whose it was.
  await elsewhere.goto(link);
  await ready(elsewhere);
  expect(await fields(elsewhere)).toEqual([['new-password', '']]);
  await signInAs(elsewhere, email, 'five green umbrellas');
  await elsewhere.waitForURL('**/patient');
});
