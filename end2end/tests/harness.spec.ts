// Tests of the fixtures: if they missed errors, the browser tests would prove nothing. No server is needed here.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { slowDown } from './pace';
import { routeOf } from './routes';

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

test('a popup is heard as well', async ({ page, complaints }) => {
  await page.goto(PAGE);
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void window.open('/'))]);
  await popup.evaluate(() => console.error('from the popup'));
  await expect.poll(() => complaints.unexpected().join()).toContain('from the popup');
  complaints.allow(/from the popup/);
});

/** The shortest time of several measurements of a piece of work on this page; other programs can only make it longer. */
async function work(page: Page): Promise<number> {
  return page.evaluate(() => {
    const tries = [1, 2, 3, 4, 5].map(() => {
      const begun = performance.now();
      for (let n = 0, sum = 0; n < 2e7; n += 1) sum += n % 7;
      return performance.now() - begun;
    });
    return Math.min(...tries);
  });
}

test('a browser that is slowed down has slow pages, popups too, until it is not', async ({ browser }) => {
  const own = await browser.browserType().launch();
  const context = await own.newContext();
  await context.route(`${PAGE}**`, route => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>x</title><link rel=icon href=data:,>' }));
  const page = await context.newPage();
  await page.goto(PAGE);
  const usual = await work(page);
  const atFullSpeed = await slowDown(own, 8);
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void window.open('/'))]);
  await expect.poll(() => work(page)).toBeGreaterThan(2 * usual);
  await expect.poll(() => work(popup)).toBeGreaterThan(2 * usual);
  await atFullSpeed();
  await expect.poll(() => work(page)).toBeLessThan(2 * usual);
  await own.close();
});

test('a page is known by its route', () => {
  const routes = ['/', '/doctors', '/doctors/:id', '/confirm/:token', '/confirm/again'];
  const found = ['/', '/doctors?name=a/b', '/doctors/0193-abc', '/confirm/again', '/confirm/secret', '/doctors/1/2', '/nobody'].map(path => routeOf(path, routes));
  expect(found).toEqual(['/', '/doctors', '/doctors/:id', '/confirm/again', '/confirm/:token', undefined, undefined]);
});

test('what nobody allowed fails the test', async ({ page, complaints }) => {
  test.fail(true, 'the fixture must fail this test at its end');
  await page.goto(PAGE);
  await page.evaluate(() => console.error('not allowed'));
  await expect.poll(() => complaints.unexpected().length).toBe(1);
});
