// Signing in at an OpenID Connect provider: `oidc-provider`, which is certified, runs in this process, at the address that the clinic's configuration names.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Page } from '@playwright/test';
import Provider from 'oidc-provider';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { PASSWORD, coined, dropSession, newPatient, ready } from './people';

test.skip(!readDemo() || !process.env.CLINICS, 'no clinic with a provider is running');

/** A value of the clinic's file with the provider. */
function configured(key: string): string {
  const text = readFileSync(`${process.env.CLINICS}/${process.env.TEST_PARALLEL_INDEX ?? 0}/providers.toml`, 'utf8');
  return new RegExp(`^${key} = "(.*)"$`, 'm').exec(text)![1]!;
}

/** Starts the provider, where each name that somebody types is an address of theirs which the provider has confirmed. */
async function startProvider(): Promise<Server> {
  const site = readDemo()!.url.replace(/\/$/, '');
  const [issuer, client_id] = [configured('issuer'), configured('client_id')];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id,
        client_secret: configured('client_secret'),
        redirect_uris: [`${site}/sign-in/from/${configured('key')}`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['of the browser tests'] },
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, email: id, email_verified: true, name: 'Somebody' }) }),
    // Nobody is asked whether the client may know the address.
    loadExistingGrant: async (context: any) => {
      const grant = new context.oidc.provider.Grant({ clientId: client_id, accountId: context.oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const server = createServer(provider.callback());
  await new Promise<void>(resolve => server.listen(Number(new URL(issuer).port), 'localhost', resolve));
  return server;
}

/** Chooses the provider on the sign-in page, and signs in there. */
async function signInThere(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in');
  await ready(page);
  await page.getByRole('link', { name: 'Continue with Sandbox' }).click();
  await page.getByPlaceholder('Enter any login').fill(email);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a provider opens an account after its owner has signed in once beside it', async ({ page, complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      // Its pages fetch a font from elsewhere, and have no icon.
      complaints.allow(/fonts\.googleapis\.com/);
      complaints.allow(new RegExp(`${configured('issuer')}/favicon\\.ico`));
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
        server.closeAllConnections();
        await new Promise(resolve => server.close(resolve));
      }
    });
  });
}
