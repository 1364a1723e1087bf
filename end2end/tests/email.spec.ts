// An account gets another email address, with a code that is sent there.
import { randomUUID } from 'node:crypto';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { PASSWORD, newPatient, ready } from './people';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      complaints.allow(javaScriptEnabled ? /403/ : WITHOUT_SCRIPTS);
    });

    test('a patient changes the email address of the account', async ({ page }) => {
      test.slow();
      const { email } = await newPatient(page, 'Talan Moved');
      const address = `talan-${randomUUID()}@people.example`;
      await page.goto('/account');
      await ready(page);
      await page.getByRole('link', { name: 'Email address', exact: true }).click();
      await expect(page).toHaveURL(/\/account\/email$/);
      await ready(page);
      await page.getByLabel('Email address', { exact: true }).fill(address);
      await page.getByLabel('Current password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Send the code' }).click();
      await expect(page.getByRole('heading', { name: 'Enter the code' })).toBeVisible();
      await expect(page.getByText(`Your account has the address ${email}.`)).toBeVisible();

      const code = /\b\d{6}\b/.exec((await mailTo(page, address, /^Your code/)).text)![0];
      await ready(page);
      await page.getByLabel('Code', { exact: true }).fill(code === '000000' ? '000001' : '000000');
      await page.getByRole('button', { name: 'Use this address' }).click();
      await expect(page.getByRole('alert').first()).toContainText('This is not the code that we sent');
      await ready(page);
      await page.getByLabel('Code', { exact: true }).fill(code);
      await page.getByRole('button', { name: 'Use this address' }).click();
      await expect(page.getByText(`Your account has the address ${address}.`)).toBeVisible();
      await mailTo(page, email, /^Your email address was changed/);
    });
  });
}
