// A small app on another address gets a code through the page that asks the person, exchanges it with PKCE and calls the API, until the person disconnects it.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { inspect } from './inspect';
import { newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** An app that waits for people to come back; what they bring. */
async function listening(): Promise<{ back: string; answers: URLSearchParams[]; close: () => void }> {
  const answers: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://127.0.0.1');
    if (url.pathname === '/back') answers.push(url.searchParams);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,"><h1>Back in the app</h1></html>');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { back: `http://127.0.0.1:${port}/back`, answers, close: () => void server.close() };
}

test('a person allows an app, which then calls the API in their name until they disconnect it', async ({ page, person }) => {
  test.slow();
  const { origin } = new URL(readDemo()!.url);
  const app = await listening();
  const name = `Calendar ${randomBytes(4).toString('hex')}`;
  const admin = await person();
  await signedIn(admin, 'admin');
  await admin.goto('/admin/apps');
  await ready(admin);
  await admin.getByLabel('Name of the app').fill(name);
  await admin.getByLabel('Return addresses').fill(app.back);
  await admin.getByRole('button', { name: 'Register the app' }).click();
  const row = admin.getByRole('listitem').filter({ hasText: name });
  const client = await row.locator('code').innerText();

  await newPatient(page, 'Conny Connected');
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = new URLSearchParams({
    client_id: client, redirect_uri: app.back, response_type: 'code', scope: 'account:read', state: 'here again', code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  await page.goto(`/oauth/authorize?${asked}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Allow an app?');
  await expect(page.getByText(name)).toBeVisible();
  await expect(page.getByText('See your account, contact data and profile')).toBeVisible();
  await inspect(page, 'the question about an app');
  await ready(page);
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByRole('heading', { name: 'Back in the app' })).toBeVisible();
  expect(app.answers).toHaveLength(1);
  expect(app.answers[0]!.get('state')).toBe('here again');

  const exchanged = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', client_id: client, code: app.answers[0]!.get('code')!, redirect_uri: app.back, code_verifier: verifier,
    }),
  });
  expect(exchanged.status).toBe(200);
  const { access_token: token } = (await exchanged.json()) as { access_token: string };
  const me = () => fetch(`${origin}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  const known = await me();
  expect(known.status).toBe(200);
  expect(((await known.json()) as { name: string }).name).toContain('Conny');

  await page.goto('/account');
  await ready(page);
  await page.getByRole('link', { name: 'Connected apps' }).click();
  await expect(page.getByText(name)).toBeVisible();
  await inspect(page, 'the connected apps');
  await page.getByRole('button', { name: `Disconnect ${name}` }).click();
  await expect(page.getByText('No app is connected')).toBeVisible();
  expect((await me()).status).toBe(401);
  app.close();
});
