// The authenticator app as the second factor: setting it up, signing in with a code and with a recovery code, with and without scripts.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, signInAs, test } from './fixtures';
import { PASSWORD, coined, dropSession, enterCode, newPatient, ready, signedIn } from './people';
import { code } from './totp';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Sets up an app in the account of the person who is signed in on this page; what they have scanned and written down. */
async function setUpApp(page: Page): Promise<{ secret: string; recovery: string[] }> {
  await page.goto('/account');
  await ready(page);
  await page.getByRole('link', { name: 'Sign in with an authenticator app' }).click();
  await expect(page).toHaveURL(/\/account\/second-factor$/);
  await ready(page);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up the app' }).click();
  await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  await ready(page);
  const secret = await page.locator('code.secret').innerText();
  const recovery = await page.locator('.codes code').allInnerTexts();
  await page.getByLabel('Code', { exact: true }).fill(code(secret));
  await page.getByRole('button', { name: 'Confirm the app' }).click();
  await expect(page.getByText('You need a code from your app to sign in')).toBeVisible();
  return { secret, recovery };
}

/** Leaves the session behind, as another browser would. The cookie that remembers the browser goes too. */
async function asNewBrowser(page: Page): Promise<void> {
  await dropSession(page);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      // Wrong codes are answered with 403.
      complaints.allow(javaScriptEnabled ? /403/ : WITHOUT_SCRIPTS);
    });

    test('a patient sets up an app, and each of its codes signs in once', async ({ page }) => {
      test.slow();
      const { email } = await newPatient(page, 'Morwenna Cautious');
      const { secret, recovery } = await setUpApp(page);
      expect(recovery).toHaveLength(10);
      await expect(page.getByText('Unused recovery codes: 10.')).toBeVisible();
      await expect(page.locator('.codes')).toHaveCount(0);

      // The password alone opens nothing.
      await asNewBrowser(page);
      await signInAs(page, email, PASSWORD);
      await expect(page).toHaveURL(/\/sign-in\/second/);
      await page.goto('/account');
      await expect(page).toHaveURL(/\/sign-in\?next=/);
      await page.goto('/sign-in/second');
      // Confirming has used up the code of that time, so this is the next one.
      const used = code(secret, 1);
      await enterCode(page, used);
      await page.waitForURL('**/patient');

      await asNewBrowser(page);
      await signInAs(page, email, PASSWORD);
      await enterCode(page, used);
      await expect(page.getByRole('alert').first()).toContainText('This code does not work');
      await page.getByLabel('Code', { exact: true }).fill(recovery[0]!);
      await page.getByLabel('Do not ask for a code in this browser for 30 days').check();
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL('**/patient');

      // The remembered browser is not asked, until it is forgotten.
      await dropSession(page, '__Host-bedside');
      await signInAs(page, email, PASSWORD);
      await page.waitForURL('**/patient');
      await page.goto('/account/second-factor');
      await ready(page);
      await expect(page.getByText('Unused recovery codes: 9.')).toBeVisible();
      await page.getByRole('button', { name: 'Ask for a code in every browser again' }).click();
      await expect(page.getByRole('button', { name: 'Ask for a code in every browser again' })).toHaveCount(0);
      await dropSession(page, '__Host-bedside');
      await signInAs(page, email, PASSWORD);
      await enterCode(page, recovery[0]!);
      await expect(page.getByRole('alert').first()).toContainText('This code does not work');
      await page.getByLabel('Code', { exact: true }).fill(recovery[1]!);
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL('**/patient');
    });
  });
}

test('turning the app off takes a code as well as the password', async ({ page, complaints }) => {
  // A form without a code is answered with 422.
  complaints.allow(/422/);
  await newPatient(page, 'Demelza Thorough');
  const { recovery } = await setUpApp(page);
  await ready(page);
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Turn the app off' }).click();
  await expect(page.getByRole('alert').first()).toContainText('Enter the code from your app');
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByLabel('Code from the app that you are turning off').fill(recovery[0]!);
  await page.getByRole('button', { name: 'Turn the app off' }).click();
  await expect(page.getByRole('button', { name: 'Set up the app' })).toBeVisible();
});

test('an administrator turns off a lost app, and the person stops it by the link in the mail', async ({ page, person }) => {
  test.slow();
  const { name, email } = await newPatient(page, coined('Jory Forgetful'));
  await setUpApp(page);
  const admin = await person();
  await signedIn(admin, 'admin');
  await admin.goto('/admin/people');
  await ready(admin);
  await admin.getByLabel('Name, email address or number').fill(email);
  await admin.getByRole('button', { name: 'Search' }).click();
  await admin.getByRole('link', { name }).first().click();
  await admin.getByRole('link', { name: 'Turn off the authenticator app' }).click();
  await expect(admin.getByLabel('How you checked who they are')).toBeVisible();
  await ready(admin);
  await admin.getByLabel('How you checked who they are').fill('Passport in a video call');
  await admin.getByRole('button', { name: 'Turn the app off' }).click();
  await expect(admin.getByText('The app will be turned off')).toBeVisible();

  await page.goto('/account/second-factor');
  await expect(page.getByText('An administrator is turning off your app')).toBeVisible();
  const mail = await mailTo(page, email, /will be turned off/);
  const link = new URL(/https?:\/\/\S+\/second-factor\/stop\/\S+/.exec(mail.text)![0]).pathname;
  await page.goto(link);
  await ready(page);
  await page.getByRole('button', { name: 'Keep the app on' }).click();
  await expect(page.getByRole('heading', { name: 'Your app stays on' })).toBeVisible();
  await page.goto('/account/second-factor');
  await expect(page.getByText('You need a code from your app to sign in')).toBeVisible();
  await expect(page.getByText('An administrator is turning off your app')).toHaveCount(0);
});
