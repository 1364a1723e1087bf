// When the WebAssembly of a page has panicked, the page says so, reports it to the server, and works like a page without scripts.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { inspect } from './inspect';
import { ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a page that stopped says so, reports it without personal data, and its forms still work', async ({ page, complaints }) => {
  complaints.allow(/hydrat|panicked|unreachable|RuntimeError/i);
  // Cause a real panic: change the HTML, so that hydration finds other elements than the server renders.
  await page.route('**/sign-in?next=*', async route => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/<h1>([^<]*).*?<\/h1>/s, '<h1><b>$1</b></h1>') });
  });
  const reported = page.waitForRequest('**/browser/stopped');
  await page.goto('/sign-in?next=%2Fvisits%2F0193aaaa-0000-7000-8000-000000000000');
  await expect(page.getByRole('alert').filter({ hasText: 'This page has stopped working' })).toBeVisible();
  const report = (await reported).postDataJSON() as { path: string; location: string };
  expect(report).toEqual({ path: '/sign-in', location: expect.stringMatching(/\.rs:\d+:\d+$/) });
  expect((await (await reported).response())!.status()).toBe(204);
  await inspect(page, 'a page that stopped');

  // The form is posted without scripts, and the response is a page that works.
  complaints.allow(/40[13]|422/);
  await page.getByLabel('Email address').fill('nobody@people.example');
  await page.getByLabel('Password', { exact: true }).fill('three brown envelopes');
  await page.unroute('**/sign-in?next=*');
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/draft=/);
  await expect(page.getByLabel('Email address')).toHaveValue('nobody@people.example');
  await expect(page.getByText('This page has stopped working')).toHaveCount(0);
});

test('the button on a page that stopped loads it again', async ({ page, complaints }) => {
  complaints.allow(/hydrat|panicked|unreachable|RuntimeError/i);
  let stops = true;
  await page.route('**/doctors', async route => {
    const answer = await route.fetch();
    const body = await answer.text();
    await route.fulfill({ response: answer, body: stops ? body.replace(/<h1>([^<]*).*?<\/h1>/s, '<h1><b>$1</b></h1>') : body });
    stops = false;
  });
  await page.goto('/doctors');
  await page.getByRole('link', { name: 'Reload the page' }).click();
  await expect(page.getByText('This page has stopped working')).toHaveCount(0);
  await ready(page);
  // The scripts run again: the doctor's page is shown without loading another document.
  await page.evaluate(() => Object.assign(window, { same: true }));
  await page.getByRole('link', { name: /^See all times of/ }).first().click();
  await expect(page).toHaveURL(/\/doctors\/[0-9a-f-]{36}/);
  expect(await page.evaluate(() => 'same' in window)).toBe(true);
});
