// A series: a patient repeats a held visit, leaves out the date that cannot be booked, books the others together, and cancels the later ones.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { holdSoon, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS));

    test('a patient books a visit every week and cancels the later ones', async ({ page, person }) => {
      test.slow();
      const { name } = await newDoctor(await person(), 'Dr Talan Weekly');
      await newPatient(page, 'Senara Repeating');
      const answers = (await holdSoon(page, name, 'Exercises for my back.'))[1]!;
      await page.goto(answers);
      await ready(page);
      await page.getByRole('link', { name: 'Repeat this visit' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Repeat this visit');
      await ready(page);
      await page.getByRole('button', { name: 'Show the dates' }).click();
      await expect(page.getByRole('alert').first()).toContainText('Enter how many visits you want, or the last date');

      // Visits are booked up to sixty days ahead, so the tenth one is too far.
      await page.getByLabel('How many visits?').fill('10');
      await page.getByRole('button', { name: 'Show the dates' }).click();
      await expect(page.getByRole('heading', { name: 'Dates', exact: true })).toBeVisible();
      await ready(page);
      await expect(page.getByText('This is further ahead than visits can be booked.')).toHaveCount(1);
      await expect(page.getByRole('button', { name: /^Book these/ })).toHaveCount(0);
      await page.getByRole('link', { name: /^Leave out / }).last().click();
      await expect(page.getByText('This is further ahead than visits can be booked.')).toHaveCount(0);
      await ready(page);
      await page.getByRole('button', { name: 'Book these 9 visits' }).click();
      await expect(page).toHaveURL(/\/appointments\/[0-9a-f-]{36}\?booked=1/);
      await expect(page.getByRole('main')).toContainText('1 of 9');

      const others = page.locator('main dd li');
      await expect(others).toHaveCount(8);
      const second = await others.first().getByRole('link').getAttribute('href');
      await page.goto(`${second}/cancel`);
      await ready(page);
      await page.getByLabel('Cancel all later visits of this series too').check({ force: true });
      await page.getByRole('button', { name: 'Cancel the visit' }).click();
      await expect(page.getByText('The visit is cancelled', { exact: true })).toBeVisible();
      await expect(page.getByRole('main')).toContainText('2 of 9');
      await expect(others.filter({ hasText: 'Cancelled' })).toHaveCount(7);
    });
  });
}
