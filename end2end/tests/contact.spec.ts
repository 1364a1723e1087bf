// A patient corrects their own phone number and address.
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { newPatient, ready } from './people';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a patient gives an address, and corrects the phone number', async ({ page, complaints }) => {
      complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS);
      await newPatient(page, 'Ottilie Moved');
      await page.goto('/account');
      await ready(page);
      await page.getByRole('link', { name: 'Phone number and address' }).click();
      await expect(page.getByLabel('Mobile phone')).toHaveValue(/^\+447700900/);
      await ready(page);
      const save = page.getByRole('button', { name: 'Save phone number and address' });

      // Half an address is refused, and nothing that was typed is lost.
      await page.getByLabel('Mobile phone').fill('+81 3 1234 5678');
      await page.getByLabel('House number and street').fill('千代田1-1');
      await save.click();
      await expect(page.getByRole('alert').first()).toContainText('Enter the town or city');
      await expect(page.getByRole('alert').first()).toContainText('Choose the country of the address');
      await expect(page.getByLabel('House number and street')).toHaveValue('千代田1-1');

      await page.getByLabel('Town or city').fill('東京');
      await page.getByLabel('Country').selectOption('Japan');
      await save.click();
      await expect(page.getByText('Your phone number and address are saved')).toBeVisible();

      await page.goto('/account/contact');
      await expect(page.getByLabel('Mobile phone')).toHaveValue('+81312345678');
      await expect(page.getByLabel('House number and street')).toHaveValue('千代田1-1');
      await expect(page.getByLabel('Country')).toHaveValue('JP');
    });
  });
}
