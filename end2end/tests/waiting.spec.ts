// The waiting list: one patient cancels, another one who waits is offered the time at once, and takes it.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { bookSoon, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** A time zone in which people can be asked now: offers are made between 8:00 and 21:00. */
function wakingZone(): string {
  const hour = (zone: string) => Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date()));
  return ['Europe/London', 'Asia/Tokyo', 'America/Los_Angeles'].find(zone => hour(zone) >= 9 && hour(zone) < 20)!;
}

async function liveIn(page: Page, zone: string): Promise<void> {
  await page.goto('/account/locale');
  await ready(page);
  await page.getByLabel('Time zone').selectOption(zone);
  await page.getByRole('button', { name: 'Save time zone and language' }).click();
  await expect(page.getByText('Your time zone and language are saved').first()).toBeVisible();
}

/** Opens the only visit of this patient. */
async function openVisit(page: Page, doctor: string): Promise<void> {
  await page.goto('/appointments');
  await ready(page);
  await page.locator('main a[href^="/appointments/"]').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(doctor);
}

test('a time that one patient gives up is offered to another, who takes it with one press', async ({ page: waiting, person }) => {
  test.slow();
  const [doctor, leaving] = [await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Cador Early');
  await newPatient(leaving, 'Kerra Leaving');
  const { email } = await newPatient(waiting, 'Jory Waiting');
  await liveIn(waiting, wakingZone());
  await bookSoon(leaving, name, 'A cough since Monday.', 3);
  await bookSoon(waiting, name, 'My knee hurts.', 10);

  await openVisit(waiting, name);
  await waiting.getByRole('link', { name: 'Tell me when an earlier time is free' }).click();
  await expect(waiting.getByRole('heading', { level: 1 })).toHaveText('Join the waiting list');
  await ready(waiting);
  await waiting.getByRole('button', { name: 'Join the waiting list' }).click();
  await expect(waiting.getByText('You are on the waiting list', { exact: true })).toBeVisible();
  const offer = waiting.getByRole('heading', { name: 'An earlier time is free' });
  await expect(offer).toHaveCount(0);

  await openVisit(leaving, name);
  const gone = await leaving.locator('main time').first().getAttribute('datetime');
  await leaving.locator('a[href$="/cancel"]').click();
  await ready(leaving);
  await leaving.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(leaving.getByText('The visit is cancelled').first()).toBeVisible();

  // The page shows the offer by itself, and a mail leads to it.
  await expect(offer).toBeVisible();
  const mail = await mailTo(waiting, email, /^An earlier time is free/);
  expect(mail.text).toContain('/waiting');
  await waiting.getByRole('button', { name: 'Accept this time' }).click();
  await expect(waiting).toHaveURL(/\/appointments\/[0-9a-f-]+/);
  await expect(waiting.getByRole('heading', { level: 1 })).toContainText(name);
  const begins = await waiting.locator('main time').first().getAttribute('datetime');
  expect(new Date(begins!).getTime()).toBe(new Date(gone!).getTime());
  await waiting.goto('/waiting');
  await expect(waiting.getByText('You are not on a waiting list')).toBeVisible();
});
