// Every page that a person can reach from their home by links: no error or warning in the browser, nothing found by axe on a desk and on a
// phone, light and dark, and nothing wider than the phone. `SHOTS=folder` keeps pictures of all of them.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, signIn, test } from './fixtures';

test.skip(!readDemo(), 'no demonstration clinic is running');

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Where nobody is led by following links: files, answers for machines, and pages that change something by being opened. */
const LEFT_OUT = /^\/(do|dev|api|health|pkg|downloads)\b|\.(pdf|ics)$|\/pdf$/;

/** An address without what distinguishes one thing from another of its kind. */
function kind(path: string): string {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/\?.*$/, '');
}

/** The kinds of pages that each person must be able to reach; a page that no link leads to any more fails here. */
const REACHED: Record<string, string[]> = {
  visitor: ['/', '/sign-in', '/sign-up', '/apply', '/reset-password', '/doctors', '/doctors/:id'],
  patient: ['/patient', '/doctors', '/doctors/:id', '/appointments', '/appointments/:id', '/appointments/:id/cancel', '/prescriptions', '/account', '/account/sessions', '/visits/:id'],
  doctor: ['/doctor', '/doctor/week', '/doctor/hours', '/doctor/hours/days', '/doctor/appointments/:id', '/doctor/prescriptions', '/doctor/visits/:id'],
  admin: ['/admin', '/admin/applications', '/admin/applications/:id', '/admin/people', '/admin/people/:id', '/admin/audit', '/admin/health'],
};

/** Addresses that a visitor knows without a link from the welcome page. */
const FIRST: Record<string, string[]> = {
  visitor: ['/', '/verify', '/confirm/again', '/sign-up/sent', '/confirm/done', '/apply/sent', '/reset-password/sent', '/reset-password/done', '/verify/AAAA-BBBB-CCCC', '/confirm/none', '/reset-password/none', '/trouble'],
  patient: ['/patient'],
  doctor: ['/doctor'],
  admin: ['/admin'],
};

async function links(page: Page): Promise<string[]> {
  const found = await page.locator('a[href]').evaluateAll(all => all.map(one => (one as HTMLAnchorElement).href));
  const origin = new URL(page.url()).origin;
  return found.map(href => new URL(href)).filter(url => url.origin === origin).map(url => url.pathname + url.search);
}

/** What axe finds, in a line each. In the dark only the contrast is new. */
async function faults(page: Page, where: string, dark: boolean): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (dark ? axe.withRules(['color-contrast']) : axe).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${where}: ${id} at ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`));
}

async function look(page: Page, who: string, path: string): Promise<string[]> {
  const found: string[] = [];
  for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const where = `${who} ${kind(path)} ${size} ${colorScheme}`;
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${where.replace(/\W+/g, '-')}.png`, fullPage: true });
      // Structure does not depend on the colours.
      if (size === 'desk' || colorScheme === 'light') found.push(...(await faults(page, where, colorScheme === 'dark')));
    }
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (overhang > 0) found.push(`${who} ${kind(path)} ${size}: ${overhang} px wider than the window`);
  }
  return found;
}

for (const who of Object.keys(REACHED)) {
  test(`every page of a ${who}`, async ({ page, complaints }) => {
    test.setTimeout(600_000);
    // Links that are over and the page for when something is wrong answer as they should.
    complaints.allow(/(404|503).*\/(confirm|reset-password|verify|trouble)/);
    if (who !== 'visitor') await signIn(page, who);
    const waiting = [...FIRST[who]!];
    const seen = new Map<string, number>();
    const isNew = (path: string) => (seen.get(kind(path)) ?? 0) < 2;
    const found: string[] = [];
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      // Two of a kind, because they lead to different pages; looked at is the first.
      if (!isNew(path)) continue;
      const before = seen.get(kind(path)) ?? 0;
      seen.set(kind(path), before + 1);
      await page.setViewportSize(DESK);
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      const heard = complaints.unexpected().length;
      if (before === 0) found.push(...(await look(page, who, path)));
      if (complaints.unexpected().length > heard) found.push(`${path}: complaints while it was looked at`);
      await expect(page.locator('h1'), `${path} has one heading`).toHaveCount(1);
      waiting.push(...(await links(page)).filter(next => !LEFT_OUT.test(next) && isNew(next)));
    }
    expect(found).toEqual([]);
    const reached = [...seen.keys()].sort();
    expect(reached).toEqual(expect.arrayContaining(REACHED[who]!));
    if (process.env.SHOTS) console.log(reached.join('\n'));
  });
}
