// The fixtures themselves: a browser test that hears nothing proves nothing. No server is needed here.
import { expect, test } from './fixtures';

const PAGE = 'http://harness.test/';

test.beforeEach(async ({ context }) => {
  await context.route(`${PAGE}**`, route => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>x</title><link rel=icon href=data:,>' });
    return route.fulfill({ status: 500, body: 'broken' });
  });
});

test('a quiet page gives no complaint', async ({ page, complaints }) => {
  await page.goto(PAGE);
  expect(complaints.unexpected()).toEqual([]);
});

test('console errors, warnings, exceptions and failed responses are heard', async ({ page, complaints }) => {
  await page.goto(PAGE);
  await page.evaluate(async () => {
    console.error('first');
    console.warn('second');
    setTimeout(() => {
      throw new Error('third');
    });
    await fetch('/broken');
  });
  await expect.poll(() => complaints.unexpected().length).toBeGreaterThanOrEqual(4);
  const all = complaints.unexpected().join('\n');
  for (const expected of [/console error: first/, /console warning: second/, /page error: third/, /response 500: GET/]) {
    expect(all).toMatch(expected);
  }
  complaints.allow(/first|second|third|500/);
  expect(complaints.unexpected()).toEqual([]);
});

test('a second person is heard as well', async ({ person, complaints }) => {
  const page = await person();
  await page.goto('data:text/html,<title>x</title>');
  await page.evaluate(() => console.error('from the second'));
  await expect.poll(() => complaints.unexpected().join()).toContain('from the second');
  complaints.allow(/from the second/);
});

test('what nobody allowed fails the test', async ({ page, complaints }) => {
  test.fail(true, 'the fixture must fail this test at its end');
  await page.goto(PAGE);
  await page.evaluate(() => console.error('not allowed'));
  await expect.poll(() => complaints.unexpected().length).toBe(1);
});
