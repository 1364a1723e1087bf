// Reception books a free time of the clinic's day for a patient who is registered on the way, and overbooks the same time for another one with a reason.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { coined, meetsInClinic, newDoctor, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** On the page that books: registers somebody new, and returns to it. */
async function registerOnTheWay(desk: Page, name: string, [day, month, year]: readonly [string, string, string]): Promise<void> {
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Book for a patient');
  await ready(desk);
  await desk.getByRole('link', { name: 'Register a new patient' }).click();
  await expect(desk).toHaveURL(/\/desk\/register\?doctor=/);
  await ready(desk);
  await desk.getByLabel('Full name').fill(name);
  await desk.getByLabel('Day').fill(day);
  await desk.getByLabel('Month').fill(month);
  await desk.getByLabel('Year').fill(year);
  await desk.getByRole('button', { name: 'Register this patient' }).click();
  await expect(desk).toHaveURL(/\/desk\/book\?.*patient=/);
  await expect(desk.getByText(name).first()).toBeVisible();
  await ready(desk);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('reception books a free time, and overbooks it with a reason', async ({ page: desk, person, complaints }) => {
      test.slow();
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      complaints.allow(/422/);
      const doctor = await person();
      const { name } = await newDoctor(doctor, 'Dr Perran Overfull');
      await meetsInClinic(doctor);
      const [first, second] = [coined('Kerensa'), coined('Massen')];
      await signedIn(desk, 'receptionist', 'desk');
      const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
      await desk.goto(`/desk/day?day=${tomorrow}`);
      await ready(desk);
      const column = desk.locator('.week.doctors .day').filter({ has: desk.getByRole('heading', { name }) });

      await column.locator('.free a').first().click();
      await registerOnTheWay(desk, first, ['7', '9', '1963']);
      await expect(desk.getByRole('radio', { checked: true })).toHaveCount(1);
      await desk.getByLabel('Reason', { exact: true }).fill('A sore elbow.');
      await desk.getByRole('button', { name: 'Book the visit' }).click();
      await expect(desk.getByText('The visit is booked')).toBeVisible();
      await expect(column.getByRole('link', { name: first, exact: true })).toBeVisible();
      await ready(desk);

      await column.getByRole('link', { name: `Book with ${name}` }).click();
      await registerOnTheWay(desk, second, ['12', '4', '1971']);
      const taken = desk.locator('.radio').filter({ hasText: 'Taken' }).getByRole('radio');
      const send = async (): Promise<void> => {
        await taken.check();
        await desk.getByLabel('Reason', { exact: true }).fill('A cut hand.');
        await desk.getByRole('button', { name: 'Book the visit' }).click();
      };
      await send();
      await expect(desk.getByText('This time is taken. Choose a free one, or say why you overbook it.').first()).toBeVisible();
      await ready(desk);
      await desk.getByLabel('Why you overbook a time that is taken').fill('Sent by the ward');
      await send();
      await expect(desk.getByText('The visit is booked')).toBeVisible();
      await expect(column.getByRole('link', { name: second, exact: true })).toBeVisible();
      await expect(column.getByText('Overbooked: Sent by the ward')).toBeVisible();
    });
  });
}
