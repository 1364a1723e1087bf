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
      await expect(summary.getByRole('link', { name: 'this must be a number from 1 to 12' })).toHaveAttribute('href', '#date_of_birth_month');
      await expect(summary.getByRole('link', { name: 'four digits, for example 1980' })).toHaveAttribute('href', '#date_of_birth_year');
      const date = page.getByRole('group', { name: 'Date of birth' });
      await expect(date).toContainText('this must be a number from 1 to 12');
      await expect(date).toContainText('four digits, for example 1980');
      await expect(page.getByLabel('Day')).not.toHaveAttribute('aria-invalid');
      await expect(page.getByLabel('Month')).toHaveAttribute('aria-invalid', 'true');
      await expect(page.getByLabel('Year')).toHaveAttribute('aria-invalid', 'true');

      // Without any part the whole date is missing.
      for (const part of ['Day', 'Month', 'Year']) await page.getByLabel(part).fill('');
      await page.getByRole('button', { name: 'Create the account' }).click();
      await expect(date).toContainText('Date of birth: fill this in.');
      await expect(page.getByLabel('Day')).toHaveAttribute('aria-invalid', 'true');
    });

    test('the errors come in the order of the page', async ({ page }) => {
      await page.goto('/apply');
      await ready(page);
      await page.getByRole('button', { name: 'Send the application' }).click();
      const links = page.getByRole('alert').first().getByRole('link');
      await expect(links.first()).toBeVisible();
      await expect(links.last()).toHaveText('Agree to the terms of use to go on.');
      const named = await links.evaluateAll(all => all.map(link => (link as HTMLAnchorElement).hash));
      expect(named.length).toBeGreaterThan(8);
      const inPage = await page.locator('main form [id]').evaluateAll(all => all.map(one => `#${one.id}`));
      expect(named).toEqual(inPage.filter(id => named.includes(id)));
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
  await expect(page.getByRole('link', { name: /^See times of/ }).first()).toBeVisible();
  await expect(date.getByLabel('Year')).toHaveValue(year);

  await ready(page);
  await date.getByLabel('Month').fill('13');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(date).toContainText('This is not a date.');
  await expect(date.getByLabel('Month')).toHaveValue('13');
});
