// Every page that a person can reach from their home by links: no error or warning in the browser, nothing found by axe on a desk and on a
// phone, light and dark, and nothing wider than the phone. `SHOTS=folder` keeps pictures of all of them.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, signIn, test } from './fixtures';
import { DESK, kind, look } from './look';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Where nobody is led by following links: files, answers for machines, and pages that change something by being opened. */
const LEFT_OUT = /^\/(do|dev|api|health|pkg|downloads)\b|\.(pdf|ics)$|\/pdf$/;

/** The kinds of pages that each person must be able to reach; a page that no link leads to any more fails here. */
const REACHED: Record<string, string[]> = {
  visitor: ['/', '/sign-in', '/sign-up', '/apply', '/reset-password', '/doctors', '/doctors/:id'],
  patient: ['/patient', '/doctors', '/doctors/:id', '/appointments', '/appointments/:id', '/appointments/:id/cancel', '/prescriptions', '/prescriptions/:id', '/account', '/account/sessions', '/visits/:id', '/visits/:id/summary'],
  doctor: ['/doctor', '/doctor/week', '/doctor/hours', '/doctor/hours/days', '/doctor/appointments/:id', '/doctor/patients/:id', '/doctor/prescriptions', '/doctor/prescriptions/:id', '/doctor/visits/:id'],
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

for (const who of Object.keys(REACHED)) {
  test(`every page of a ${who}`, async ({ page, complaints }) => {
    test.setTimeout(600_000);
    // Links that are over and the page for when something is wrong answer as they should.
    complaints.allow(/(404|503).*\/(confirm|reset-password|verify|trouble)/);
    if (who !== 'visitor') await signIn(page, who);
    const waiting = FIRST[who]!.map(path => ({ path, past: '' }));
    const seen = new Map<string, number>();
    // Two different ones of a kind, because they lead to different pages, and two of what is past, which leads elsewhere; looked at is the first.
    const isNew = ({ path, past }: { path: string; past: string }) => (seen.get(kind(path) + past) ?? 0) < 2;
    const been = new Set<string>();
    const found: string[] = [];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { path, past } = next;
      if (been.has(path) || !isNew(next)) continue;
      been.add(path);
      const before = seen.get(kind(path) + past) ?? 0;
      seen.set(kind(path) + past, before + 1);
      await page.setViewportSize(DESK);
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      const heard = complaints.unexpected().length;
      if (before === 0) found.push(...(await look(page, `${who} ${kind(path)}${past}`)));
      if (complaints.unexpected().length > heard) found.push(`${path}: complaints while it was looked at`);
      await expect(page.locator('h1'), `${path} has one heading`).toHaveCount(1);
      const from = path.includes('show=past') ? ' past' : '';
      const further = (await links(page)).filter(next => !LEFT_OUT.test(next)).map(path => ({ path, past: from && path.includes('/', 1) ? from : '' }));
      waiting.push(...further.filter(isNew));
    }
    expect(found).toEqual([]);
    const reached = [...seen.keys()].sort();
    expect(REACHED[who]!.filter(page => !seen.has(page)), `not reached; reached: ${reached.join(' ')}`).toEqual([]);
    if (process.env.SHOTS) console.log(reached.join('\n'));
  });
}
