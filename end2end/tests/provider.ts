// The OpenID Connect provider of the browser tests: `oidc-provider`, which is certified, runs in this process, at the address that the clinic's configuration names.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Page } from '@playwright/test';
import Provider from 'oidc-provider';
import { readDemo } from './demo';
import type { Complaints } from './fixtures';
import { ready } from './people';

/** A value of the clinic's file with the provider. */
function configured(key: string): string {
  const text = readFileSync(`${process.env.CLINICS}/${process.env.TEST_PARALLEL_INDEX ?? 0}/providers.toml`, 'utf8');
  return new RegExp(`^${key} = "(.*)"$`, 'm').exec(text)![1]!;
}

/** Starts the provider, where each name that somebody types is an address of theirs which the provider has confirmed. */
export async function startProvider(): Promise<Server> {
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

/** Stops the provider, also while a browser keeps a connection to it. */
export async function stopProvider(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
}

/** Allows what its pages do: they fetch a font from elsewhere, and have no icon. */
export function allowItsPages(complaints: Complaints): void {
  complaints.allow(/fonts\.googleapis\.com/);
  complaints.allow(new RegExp(`${configured('issuer')}/favicon\\.ico`));
}

/** Chooses the provider on the sign-in page, and signs in there. */
export async function signInThere(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in');
  await ready(page);
  await page.getByRole('link', { name: 'Continue with Sandbox' }).click();
  await page.getByPlaceholder('Enter any login').fill(email);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}
