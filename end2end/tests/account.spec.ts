// A patient corrects time zone, language and date of birth.
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { newPatient, ready } from './people';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a patient corrects the time zone, and all times follow', async ({ page, complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      await newPatient(page, 'Ottilie Faraway');
      await page.goto('/account');
      await ready(page);
      await page.getByRole('link', { name: 'Correct time zone and language' }).click();
      await expect(page.getByLabel('Language')).toHaveValue('en');
      await ready(page);
      await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
      await page.getByRole('button', { name: 'Save time zone and language' }).click();
      await expect(page.getByText('Your time zone and language are saved')).toBeVisible();
      await page.goto('/account');
      await expect(page.getByRole('main')).toContainText('Asia/Tokyo');
      await page.goto('/doctors');
      await expect(page.getByText('Times are shown in your time zone (Tokyo).')).toBeVisible();
    });

    test('a patient corrects the date of birth', async ({ page, complaints }) => {
      complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS);
      await newPatient(page, 'Ottilie Younger');
      await page.goto('/account');
      await ready(page);
      await page.getByRole('link', { name: 'Correct your date of birth' }).click();
      await expect(page.getByLabel('Year')).toHaveValue('1980');
      await ready(page);
      const save = page.getByRole('button', { name: 'Save the date of birth' });
      await page.getByLabel('Month').fill('13');
      await save.click();
      await expect(page.getByRole('alert').first()).toContainText('Month must be between 1 and 12');
      await expect(page.getByLabel('Month')).toHaveValue('13');
      await page.getByLabel('Month').fill('12');
      await save.click();
      await expect(page.getByText('Your date of birth is saved')).toBeVisible();
      await page.goto('/account/birth-date');
      await expect(page.getByLabel('Month')).toHaveValue('12');
    });
  });
}
