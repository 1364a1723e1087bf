// Every page that a person can reach from their home by links: no error or warning in the browser, nothing found by axe on a desk and on a
// phone, light and dark, and nothing wider than the phone. `SHOTS=folder` keeps pictures of all of them.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, signIn, test, type Complaints } from './fixtures';
import { DESK, kind, look } from './look';
import { addAllergy, bookSoon, coined, haveVisit, newApplicant, newDoctor, newPatient, ready } from './people';

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

/** A link, and whether it was found among what is past, which leads elsewhere. */
interface Way {
  path: string;
  past: string;
}

/** Follows the links from `first` on, looks at one page of each kind, and expects to come to all of these kinds. */
async function walk(page: Page, complaints: Complaints, who: string, first: string[], wanted: string[]): Promise<void> {
  const waiting = first.map((path): Way => ({ path, past: '' }));
  const seen = new Map<string, number>();
  // Two different ones of a kind, because they lead to different pages; looked at is the first.
  const isNew = ({ path, past }: Way) => (seen.get(kind(path) + past) ?? 0) < 2;
  // More of the same, which is followed only while something is not reached: which of a kind stand first depends on the hour.
  const more: Way[] = [];
  const missing = () => wanted.filter(one => !seen.has(one));
  const been = new Set<string>();
  const found: string[] = [];
  for (let left = 40; ; ) {
    const isExtra = !waiting.length;
    const next = isExtra ? (missing().length && left > 0 ? more.shift() : undefined) : waiting.shift();
    if (!next) break;
    const { path, past } = next;
    if (been.has(path)) continue;
    if (isExtra) left -= 1;
    else if (!isNew(next)) {
      more.push(next);
      continue;
    }
    been.add(path);
    const before = seen.get(kind(path) + past) ?? 0;
    seen.set(kind(path) + past, before + 1);
    await page.setViewportSize(DESK);
    await page.goto(path);
    await ready(page);
    const heard = complaints.unexpected().length;
    if (before === 0) found.push(...(await look(page, `${who} ${kind(path)}${past}`)));
    if (complaints.unexpected().length > heard) found.push(`${path}: complaints while it was looked at`);
    await expect(page.locator('h1'), `${path} has one heading`).toHaveCount(1);
    const from = path.includes('show=past') ? ' past' : '';
    for (const path of (await links(page)).filter(next => !LEFT_OUT.test(next))) {
      const way = { path, past: from && path.includes('/', 1) ? from : '' };
      (isNew(way) ? waiting : more).push(way);
    }
  }
  expect(found).toEqual([]);
  const reached = [...seen.keys()].sort();
  expect(missing(), `not reached; reached: ${reached.join(' ')}`).toEqual([]);
  if (process.env.SHOTS) console.log(reached.join('\n'));
}

/** A patient and a doctor who have had a visit, with notes, an allergy and a signed prescription, and have another one soon. */
async function acquainted(patient: Page, doctor: Page): Promise<void> {
  const { name } = await newDoctor(doctor, 'Dr Elestren Nance');
  await newPatient(patient, 'Cador Returning');
  await haveVisit(patient, doctor, await bookSoon(patient, name, 'A rash on both arms.'));
  await addAllergy(doctor);
  await bookSoon(patient, name, 'Is it better?');
}

/** Those who walk, as they are when they begin. */
const WALKERS: Record<string, (page: Page, person: () => Promise<Page>) => Promise<void>> = {
  visitor: async () => {},
  patient: async (page, person) => acquainted(page, await person()),
  doctor: async (page, person) => acquainted(await person(), page),
  admin: async (page, person) => {
    await newApplicant(await person(), coined('Dr Gerens Applying'));
    await signIn(page, 'admin');
  },
};

for (const [who, begin] of Object.entries(WALKERS)) {
  test(`every page of a ${who}`, { tag: '@long' }, async ({ page, person, complaints }) => {
    test.setTimeout(600_000);
    // Links that are over and the page for when something is wrong answer as they should.
    complaints.allow(/(404|503).*\/(confirm|reset-password|verify|trouble)/);
    await begin(page, person);
    await walk(page, complaints, who, FIRST[who]!, REACHED[who]!);
  });
}

// The printed people have the longest stories of the demonstration. Nobody else's visits and papers are as long; no test changes theirs.
for (const who of ['patient', 'doctor']) {
  test(`every page of the printed ${who}`, { tag: '@long' }, async ({ page, complaints }) => {
    test.skip(!process.env.BEDSIDE_LONG_TESTS, 'takes minutes: cargo xtask test --long');
    test.setTimeout(600_000);
    await signIn(page, who);
    await walk(page, complaints, `printed ${who}`, FIRST[who]!, []);
  });
}
