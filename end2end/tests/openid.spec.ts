// Signing in at an OpenID Connect provider.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { PASSWORD, coined, dropSession, newPatient, ready } from './people';
import { allowItsPages, signInThere, startProvider, stopProvider } from './provider';

test.skip(!readDemo() || !process.env.CLINICS, 'no clinic with a provider is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a provider opens an account after its owner has signed in once beside it', async ({ page, complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      allowItsPages(complaints);
      const { email } = await newPatient(page, coined('Ada'));
      await dropSession(page);

      await page.goto('/sign-in');
      await ready(page);
      await page.getByRole('link', { name: 'Continue with Closed' }).click();
      await expect(page.getByText('The provider does not answer.')).toBeVisible();

      const server = await startProvider();
      try {
        await signInThere(page, email);
        await expect(page.getByText('One more step')).toBeVisible();
        await ready(page);
        await page.getByLabel('Email address').fill(email);
        await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
        await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
        await page.waitForURL('**/patient');
        expect((await mailTo(page, email, /Another way to sign in/)).text).toContain(email);

        await dropSession(page);
        await signInThere(page, email);
        await page.waitForURL('**/patient');
        await page.goto('/account/sign-ins');
        await ready(page);
        await page.getByRole('button', { name: 'Remove the sign-in with Sandbox' }).click();
        await expect(page.getByText('You have not connected another sign-in.')).toBeVisible();
      } finally {
        await stopProvider(server);
      }
    });
  });
}
