// What a form says about wrong answers, with and without JavaScript.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS));

    test('only the wrong parts of a date are marked, and each has its own words', async ({ page }) => {
      await page.goto('/sign-up');
      await ready(page);
      await page.getByLabel('Day').fill('31');
      await page.getByLabel('Month').fill('13');
      await page.getByLabel('Year').fill('80');
      await page.getByRole('button', { name: 'Create the account' }).click();
      const summary = page.getByRole('alert').first();
      await expect(summary.getByRole('link', { name: 'Month must be between 1 and 12' })).toHaveAttribute('href', '#date_of_birth_month');
      await expect(summary.getByRole('link', { name: 'Year must have four digits, like 1980' })).toHaveAttribute('href', '#date_of_birth_year');
      const date = page.getByRole('group', { name: 'Date of birth' });
      await expect(date).toContainText('Month must be between 1 and 12. Year must have four digits, like 1980');
      await expect(page.getByLabel('Day')).not.toHaveAttribute('aria-invalid');
      await expect(page.getByLabel('Month')).toHaveAttribute('aria-invalid', 'true');
      await expect(page.getByLabel('Year')).toHaveAttribute('aria-invalid', 'true');

      // Without any part the whole date is missing.
      for (const part of ['Day', 'Month', 'Year']) await page.getByLabel(part).fill('');
      await page.getByRole('button', { name: 'Create the account' }).click();
      await expect(date).toContainText('Enter your date of birth');
      await expect(page.getByLabel('Day')).toHaveAttribute('aria-invalid', 'true');
    });

    test('every field has its own sentence, in the order of the page, and the title says that there is an error', async ({ page }) => {
      await page.goto('/apply');
      await ready(page);
      await expect(page).toHaveTitle('Apply as a doctor · Bedside');
      await page.getByRole('button', { name: 'Send the application' }).click();
      const summary = page.getByRole('alert').first();
      await expect(summary.getByRole('heading')).toHaveText('There is a problem');
      await expect(page).toHaveTitle('Error: Apply as a doctor · Bedside');
      const links = summary.getByRole('link');
      await expect(links).toHaveText([
        'Enter your full name',
        'Enter your email address',
        'Choose a password',
        // Scripts know the time zone of the browser.
        ...(javaScriptEnabled ? [] : ['Choose your time zone']),
        'Enter your licence number',
        'Enter the authority that issued your licence',
        'Choose the country of the authority',
        'Enter the last day of your licence',
        'Choose your main specialty',
        'Choose the language of your visits',
        'Agree to the terms of use to continue',
      ]);
      const named = await links.evaluateAll(all => all.map(link => (link as HTMLAnchorElement).hash));
      const inPage = await page.locator('main form [id]').evaluateAll(all => all.map(one => `#${one.id}`));
      expect(named).toEqual(inPage.filter(id => named.includes(id)));
    });

    test('a sentence tells what to change, with the limits', async ({ page }) => {
      await page.goto('/sign-up');
      await ready(page);
      await page.getByLabel('Full name').fill('a'.repeat(121));
      await page.getByLabel('Email address').fill('amara at home');
      await page.getByLabel('Password', { exact: true }).fill('short');
      await page.getByLabel('Day').fill('30');
      await page.getByLabel('Month').fill('2');
      await page.getByLabel('Year').fill('1980');
      await page.getByLabel('Mobile phone').fill('020 7946 0958');
      await page.getByRole('button', { name: 'Create the account' }).click();
      const summary = page.getByRole('alert').first();
      for (const sentence of [
        'Full name must be 120 characters or less',
        'Enter your email address in the right form, like name@example.com',
        'Password must be 10 characters or more',
        'Day must be between 1 and 29',
        'Enter your phone number with the country code, like +49 151 23456789',
      ]) {
        await expect(summary.getByRole('link', { name: sentence, exact: true })).toBeVisible();
        await expect(page.locator('.field .error', { hasText: sentence })).toBeVisible();
      }
    });
  });
}

test('a date in a search is three fields, and one that does not exist is named', async ({ page }) => {
  await page.goto('/doctors');
  await ready(page);
  const date = page.getByRole('group', { name: 'Date' });
  const inThreeWeeks = new Date(Date.now() + 21 * 24 * 3600 * 1000);
  const [year, month, day] = inThreeWeeks.toISOString().slice(0, 10).split('-') as [string, string, string];
  for (const [part, value] of [['Day', day], ['Month', month], ['Year', year]] as const) await date.getByLabel(part).fill(value);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`day_day=${day}&day_month=${month}&day_year=${year}`));
  await expect(page.getByRole('link', { name: /^See all times of/ }).first()).toBeVisible();
  await expect(date.getByLabel('Year')).toHaveValue(year);

  await ready(page);
  await date.getByLabel('Month').fill('13');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(date).toContainText('Enter a date like 24 12 2026');
  await expect(date.getByLabel('Month')).toHaveValue('13');
});
