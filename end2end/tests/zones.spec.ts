// Server and browser know the same rules of time zones, whatever the machine says: both must show the same times.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { freeDays, ready, showDay } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

// Halves and quarters of an hour, Ramadan and rules that were changed in 2026, a name of 2022, and a zone without changes.
const ZONES = ['Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Africa/Casablanca', 'Europe/Kyiv', 'UTC'];
const TIMES = 'fieldset .num';

test('the browser shows the same times as the server, in every zone', async ({ page }) => {
  test.slow();
  await page.goto('/doctors');
  const doctor = await page.getByRole('link', { name: /^See all times of/ }).first().getAttribute('href');
  const path = new URL(doctor!, page.url()).pathname;
  const firsts = new Set<string>();
  for (const zone of ZONES) {
    await page.goto(`${path}?zone=${encodeURIComponent(zone)}`);
    await ready(page);
    // The page that was loaded has the server's text; the times of another day are written by the browser.
    await showDay(freeDays(page).last());
    const written = await page.locator(TIMES).allTextContents();
    const html = await (await page.request.get(page.url())).text();
    const served = await page.evaluate(
      ([html, times]) => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll(times)].map(time => time.textContent),
      [html, TIMES] as const,
    );
    expect(written, zone).not.toEqual([]);
    expect(written, zone).toEqual(served);
    firsts.add(written[0]);
  }
  expect(firsts.size).toBeGreaterThan(1);
});
