// People delete their own account and bring it back; administrators bring one back.
import { WITHOUT_SCRIPTS, expect, mailTo, signInAs, test } from './fixtures';
import { PASSWORD, coined, newPatient, ready, signedIn } from './people';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      complaints.allow(javaScriptEnabled ? /(401|403)/ : WITHOUT_SCRIPTS);
    });

    test('somebody deletes their account and brings it back', async ({ page }) => {
      const { email } = await newPatient(page, coined('Lena Leaving'));
      await page.goto('/account');
      await ready(page);
      await page.getByRole('link', { name: 'Delete your account' }).click();
      await ready(page);
      await page.getByLabel('Current password').fill('not the password');
      await page.getByRole('button', { name: 'Delete my account' }).click();
      await expect(page.getByRole('alert').first()).toBeVisible();
      await page.getByLabel('Current password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Delete my account' }).click();
      // The socket of an ended session may lead to the sign-in page first.
      await expect(page).toHaveURL(/\/(bring-back|sign-in)/);
      const mail = await mailTo(page, email, /Your account is deleted/);
      expect(mail.text).toContain('/bring-back');

      await signInAs(page, email, PASSWORD);
      await expect(page).toHaveURL(/\/bring-back$/);
      await ready(page);
      await page.getByLabel('Email address').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Bring the account back' }).click();
      await expect(page).toHaveURL(/\/sign-in$/);
      await signInAs(page, email, PASSWORD);
      await page.waitForURL('**/patient');
    });
  });
}

test('an administrator brings a deleted account back', async ({ page, person, complaints }) => {
  complaints.allow(/401/);
  const leaving = await person();
  const name = coined('Nora Leaving');
  const { email } = await newPatient(leaving, name);
  await leaving.goto('/account/delete');
  await ready(leaving);
  await leaving.getByLabel('Current password').fill(PASSWORD);
  await leaving.getByRole('button', { name: 'Delete my account' }).click();
  await expect(leaving).toHaveURL(/\/(bring-back|sign-in)/);

  await signedIn(page, 'admin');
  await page.goto('/admin/people');
  await ready(page);
  await page.getByRole('link', { name: 'Deleted accounts' }).click();
  await ready(page);
  await page.getByRole('button', { name: `Bring back: ${name}` }).click();
  await expect(page.getByText('The account is back')).toBeVisible();
  await expect(page.getByText(email)).toBeHidden();
  await mailTo(page, email, /Your account is back/);
});
