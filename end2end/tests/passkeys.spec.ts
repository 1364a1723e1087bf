// Passkeys, with the authenticator that Chromium makes up: adding one, signing in without a password and after it, and what is refused.
import { addPasskey, device, usePasskey } from './authenticator';
import { readDemo } from './demo';
import { expect, mailTo, signInAs, test } from './fixtures';
import { PASSWORD, dropSession, newPatient, ready } from './people';
import { code } from './totp';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a passkey signs in without a password and after it, and a copy of it is refused', async ({ page, complaints }) => {
  test.slow();
  // What is refused is answered with 403.
  complaints.allow(/403/);
  const { cdp, authenticatorId } = await device(page);
  const { email } = await newPatient(page, 'Loveday Keys');
  await page.goto('/account');
  await ready(page);
  await page.getByRole('link', { name: 'Passkeys' }).click();
  await expect(page).toHaveURL(/\/account\/passkeys$/);
  await ready(page);
  await addPasskey(page, 'My phone');
  await mailTo(page, email, /A passkey was added/);

  // Without a password.
  await dropSession(page);
  await usePasskey(page);
  await page.waitForURL('**/patient');

  // After the password, in place of a code.
  await page.goto('/account/second-factor');
  await ready(page);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up the app' }).click();
  await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  await ready(page);
  const secret = await page.locator('code.secret').innerText();
  await page.getByLabel('Code', { exact: true }).fill(code(secret));
  await page.getByRole('button', { name: 'Confirm the app' }).click();
  await expect(page.getByText('You need a code from your app to sign in')).toBeVisible();
  await dropSession(page);
  await signInAs(page, email, PASSWORD);
  await expect(page).toHaveURL(/\/sign-in\/second/);
  await ready(page);
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await page.waitForURL('**/patient');

  // A device that cannot check who uses it does not answer.
  await dropSession(page);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await usePasskey(page);
  await expect(page.getByText('Your browser stopped before your passkey answered')).toBeVisible();
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });

  // A copy whose counter has stayed behind.
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
  const [credential] = credentials;
  await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credential!.credentialId });
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential!, signCount: 0 } });
  await usePasskey(page);
  await expect(page.getByRole('alert').first()).toContainText('looks like a copy');
  await mailTo(page, email, /We refused a passkey/);
});
