// Going from page to page: where the focus is, and the account menu.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const opener = (page: Page) => page.getByRole('button', { name: /: your account$/ });
const entry = (page: Page) => page.getByRole('link', { name: 'Your account', exact: true });

test('the focus goes to the heading of a page that is reached without loading a document, and nowhere else', async ({ page }) => {
  await signedIn(page, 'patient');
  await page.goto('/patient');
  await ready(page);
  await expect(heading(page, /^Hello/)).not.toBeFocused();

  const ways = page.getByRole('navigation', { name: 'Main' });
  await ways.getByRole('link', { name: 'Visits' }).click();
  await expect(heading(page, 'Visits')).toBeFocused();
  // The next stop is in the page, behind its heading.
  await page.keyboard.press('Tab');
  await expect(page.getByRole('main').getByRole('link', { name: 'Find a doctor' }).first()).toBeFocused();

  // Another list of the same page: only the query changes.
  const past = page.getByRole('link', { name: 'Past', exact: true });
  await past.focus();
  await page.keyboard.press('Enter');
  await expect(past).toHaveAttribute('aria-current', 'page');
  await expect(past).toBeFocused();

  await ways.getByRole('link', { name: 'Find a doctor' }).focus();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Find a doctor')).toBeFocused();
  // This heading comes with the data of its page.
  const times = page.getByRole('link', { name: /^See all times of/ }).first();
  const doctor = (await times.getAttribute('aria-label'))!.replace('See all times of ', '');
  await times.click();
  await expect(heading(page, doctor)).toBeFocused();
  await expect(page).toHaveTitle(`${doctor} · Bedside`);
  await page.goBack();
  await expect(heading(page, 'Find a doctor')).toBeFocused();
});

test('what the user focuses while a page is loading keeps the focus', async ({ page }) => {
  await signedIn(page, 'patient');
  await page.goto('/doctors');
  await ready(page);
  let answer = () => {};
  const answered = new Promise<void>(resolve => (answer = resolve));
  await page.route('**/do/read-doctor', async route => {
    await answered;
    await route.continue();
  });
  await page.getByRole('link', { name: /^See all times of/ }).first().click();
  await expect(page).toHaveURL(/\/doctors\/[0-9a-f-]{36}/);
  await opener(page).focus();
  answer();
  await expect(page.getByRole('heading', { level: 2, name: 'Choose a time' })).toBeVisible();
  await expect(opener(page)).toBeFocused();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    test('the account menu closes on Escape, on a click outside, and when its link is followed', async ({ page }) => {
      await signedIn(page, 'patient');
      await page.goto('/account/sessions');
      await ready(page);
      await opener(page).click();
      await expect(entry(page)).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(entry(page)).toBeHidden();
      await expect(opener(page)).toBeFocused();

      await page.keyboard.press('Enter');
      await expect(entry(page)).toBeVisible();
      await heading(page, 'Where you are signed in').click();
      await expect(entry(page)).toBeHidden();

      await opener(page).click();
      await entry(page).click();
      await expect(heading(page, 'Your account')).toBeVisible();
      await expect(entry(page)).toBeHidden();
      if (javaScriptEnabled) await expect(heading(page, 'Your account')).toBeFocused();
    });
  });
}
