// Every page that a person can reach by links from their home page: no error or warning in the browser, no fault found by axe on a desktop and on
// a phone, light and dark, and nothing wider than the phone. With `SHOTS=folder`, screenshots of all pages are kept there.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, signIn, test, type Complaints } from './fixtures';
import { DESK, faultsOn, kind } from './inspect';
import { addAllergy, bookSoon, coined, haveVisit, newApplicant, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Links that are not followed: files, responses for programs, and pages that change something when they are opened. */
const LEFT_OUT = /^\/(do|dev|api|health|pkg|downloads)\b|\.(pdf|ics)$|\/pdf$/;

/** The kinds of pages that each person must be able to reach. The test fails when no link leads to one of them any more. */
const REACHED: Record<string, string[]> = {
  visitor: ['/', '/sign-in', '/sign-up', '/apply', '/reset-password', '/doctors', '/doctors/:id'],
  patient: ['/patient', '/doctors', '/doctors/:id', '/appointments', '/appointments/:id', '/appointments/:id/cancel', '/prescriptions', '/prescriptions/:id', '/account', '/account/contact', '/account/sessions', '/visits/:id', '/visits/:id/summary'],
  doctor: ['/doctor', '/doctor/week', '/doctor/hours', '/doctor/hours/days', '/doctor/appointments/:id', '/doctor/patients/:id', '/doctor/prescriptions', '/doctor/prescriptions/:id', '/doctor/visits/:id'],
  admin: ['/admin', '/admin/applications', '/admin/applications/:id', '/admin/people', '/admin/people/:id', '/admin/audit', '/admin/health'],
};

/** Where each person starts. For visitors, also addresses that no link on the welcome page leads to. */
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

/** A link, and whether it was found in a list of past things, because those pages link to other pages. */
interface Way {
  path: string;
  past: string;
}

/** Follows the links from `first`, checks one page of each kind, and expects to reach all kinds in `wanted`. */
async function walk(page: Page, complaints: Complaints, who: string, first: string[], wanted: string[]): Promise<void> {
  const waiting = first.map((path): Way => ({ path, past: '' }));
  const seen = new Map<string, number>();
  // Two pages of each kind are opened, because they may link to different pages; only the first one is checked.
  const isNew = ({ path, past }: Way) => (seen.get(kind(path) + past) ?? 0) < 2;
  // Further pages of known kinds. They are opened only while a wanted kind is missing: which pages come first depends on the time of day.
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
    if (before === 0) found.push(...(await faultsOn(page, `${who} ${kind(path)}${past}`)));
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

/** A patient and a doctor who have had a visit, with notes, an allergy and a signed prescription, and have another visit soon. */
async function acquainted(patient: Page, doctor: Page): Promise<void> {
  const { name } = await newDoctor(doctor, 'Dr Elestren Nance');
  await newPatient(patient, 'Cador Returning');
  await haveVisit(patient, doctor, await bookSoon(patient, name, 'A rash on both arms.'));
  await addAllergy(doctor);
  await bookSoon(patient, name, 'Is it better?');
}

/** What each person does before the test follows their links. */
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
    // Expired links, and the page that shows an error, answer with an error status on purpose.
    complaints.allow(/(404|503).*\/(confirm|reset-password|verify|trouble)/);
    await begin(page, person);
    await walk(page, complaints, who, FIRST[who]!, REACHED[who]!);
  });
}

// The people whose sign-ins the demonstration prints have the longest histories, with more visits and documents than others. No test changes theirs.
for (const who of ['patient', 'doctor']) {
  test(`every page of the printed ${who}`, { tag: '@long' }, async ({ page, complaints }) => {
    test.skip(!process.env.BEDSIDE_LONG_TESTS, 'takes minutes: cargo xtask test --long');
    test.setTimeout(600_000);
    await signIn(page, who);
    await walk(page, complaints, `printed ${who}`, FIRST[who]!, []);
  });
}
