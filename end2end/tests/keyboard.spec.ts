// A patient can book a visit with the keyboard alone and always sees where the focus is.
import type { Locator, Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { PASSWORD, doctorElsewhere, freeDays, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The focused element is inside the window and has an outline. If its label draws the control, the label has the outline instead. */
async function focusIsSeen(page: Page): Promise<void> {
  const seen = () =>
    page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return 'nothing has the focus';
      const shown = [focused, ...((focused as HTMLInputElement).labels ?? [])].filter(one => {
        const { outlineStyle, outlineWidth, opacity, visibility } = getComputedStyle(one);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && opacity !== '0' && visibility === 'visible';
      });
      if (!shown.length) return `no outline: ${focused.outerHTML.slice(0, 200)}`;
      const { top, bottom, left, right } = shown[0]!.getBoundingClientRect();
      const inside = bottom > 0 && right > 0 && top < window.innerHeight && left < window.innerWidth && bottom > top && right > left;
      return inside ? 'seen' : `outside of the window: ${focused.outerHTML.slice(0, 200)}`;
    });
  // The browser may need a moment to scroll there.
  await expect.poll(seen, { message: 'the focus is seen' }).toBe('seen');
}

/** Presses Tab until the element has the focus; the focus must be visible at every stop. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeAttached();
  for (let stops = 0; stops < 60; stops += 1) {
    await page.keyboard.press('Tab');
    // After the last element the focus goes to the browser itself, and then to the first element again.
    if (await page.evaluate(() => document.activeElement === document.body)) continue;
    await focusIsSeen(page);
    if (await wanted.evaluate(element => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not reach ${wanted}`);
}

/** The first stop of a page is the skip link, which leads past the top bar into the main part. */
async function skipToMain(page: Page): Promise<void> {
  await page.keyboard.press('Tab');
  await expect(page.locator('a.skip')).toBeFocused();
  await focusIsSeen(page);
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => !!document.activeElement?.closest('main')), 'the stop after the skip link is in the page').toBe(true);
  await focusIsSeen(page);
}

test('somebody signs in, finds a doctor and books with the keyboard alone', async ({ page, person }) => {
  test.slow();
  const main = page.getByRole('main');
  const { email } = await newPatient(await person(), 'Nerys Keys');
  const doctor = await doctorElsewhere(page, 'Dr Tegan Probert');
  await page.goto('/');
  await ready(page);
  await tabTo(page, page.getByRole('link', { name: 'Sign in' }).first());
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/sign-in$/);
  await ready(page);
  await tabTo(page, main.getByLabel('Email address'));
  await page.keyboard.type(email);
  await tabTo(page, main.getByLabel('Password', { exact: true }));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/patient');

  await page.goto('/doctors');
  await ready(page);
  await skipToMain(page);
  await page.keyboard.press('Shift+Tab');
  await tabTo(page, main.getByLabel('Name'));
  await page.keyboard.type(doctor);
  await tabTo(page, main.getByRole('button', { name: 'Search', exact: true }));
  await page.keyboard.press('Space');
  const times = main.getByRole('link', { name: `See all times of ${doctor}` });
  await expect(main.getByRole('link', { name: /^See all times of/ })).toHaveCount(1);
  await tabTo(page, times);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(doctor);
  await ready(page);

  // The last day always has free times, however late it is today.
  const day = freeDays(page).last();
  const date = (await day.getAttribute('aria-label'))!.replace(/, .*$/, '');
  await tabTo(page, day);
  await page.keyboard.press('Enter');
  // The page is not loaded again: the times of the previous day stay until those of this day arrive.
  await expect(page.getByRole('group', { name: `Times on ${date}` })).toBeVisible();
  // All times together are one Tab stop; the arrow keys choose among them.
  const time = page.getByRole('radio');
  await tabTo(page, time.first());
  // Tab has scrolled the strip of days to its end; the day whose times these are is in view again.
  await expect(day).toBeInViewport({ ratio: 0.9 });
  await page.keyboard.press('Space');
  await expect(time.first()).toBeChecked();
  await page.keyboard.press('ArrowRight');
  await expect(time.nth(1)).toBeChecked();
  await focusIsSeen(page);
  await page.keyboard.press('ArrowLeft');
  await expect(time.first()).toBeChecked();
  await tabTo(page, main.getByRole('button', { name: 'Continue', exact: true }));
  await page.keyboard.press('Enter');

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What brings you here?');
  await ready(page);
  await tabTo(page, main.getByLabel('What brings you here?'));
  await page.keyboard.type('My hands hurt when I use the mouse.');
  await tabTo(page, main.getByRole('button', { name: 'Check your answers' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
  await ready(page);
  await tabTo(page, main.getByRole('button', { name: 'Book this visit' }));
  await page.keyboard.press('Space');
  await expect(page.getByText('Your visit is booked')).toBeVisible();

  // Cancelling works with the keyboard too.
  await ready(page);
  await tabTo(page, main.getByRole('link', { name: 'Cancel this visit' }));
  await page.keyboard.press('Enter');
  const cancel = main.getByRole('button', { name: 'Cancel the visit' });
  await expect(cancel).toBeVisible();
  await ready(page);
  await tabTo(page, cancel);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Cancelled', { exact: true }).first()).toBeVisible();
});
