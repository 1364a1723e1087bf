// Every page: no error or warning in the browser, no fault found by axe on a desktop and on a phone, light and dark, and nothing wider than the phone.
// The test follows links from a person's home page. The list of pages comes from the routes of the server, so a page that no link leads to any more, or
// a new one that nobody looks at, fails it. With `SHOTS=folder`, screenshots of all pages are kept there.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, test, type Complaints } from './fixtures';
import { DESK, faultsOn } from './inspect';
import { addAllergy, askCosignature, beginConversation, bookSoon, closeAccount, coined, draftLetter, draftPrescription, enterIllness, haveVisit, holdSoon, issueLetter, newApplicant, newCareGroup, newDoctor, newPatient, newStaff, ready, registerAtDesk, signedIn } from './people';
import { ROUTES, routeOf } from './routes';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Links that are not followed: files, responses for programs, and pages that change something when they are opened. */
const LEFT_OUT = /^\/(do|dev|api|health|pkg|downloads|sign-in\/with)\b|\.(pdf|ics)$|\/pdf$|\.csv(\?|$)/;

/** Who must reach the pages whose path begins with this part. All other pages are for visitors. */
const READERS: Record<string, string[]> = {
  account: ['patient'],
  agree: ['patient'],
  admin: ['admin'],
  appointments: ['patient'],
  waiting: ['patient'],
  book: ['patient'],
  carers: ['admin'],
  doctor: ['doctor'],
  doctors: ['visitor', 'patient'],
  patient: ['patient'],
  prescriptions: ['patient'],
  desk: ['receptionist'],
  laboratory: ['lab_technician'],
  letters: ['patient'],
  messages: ['patient'],
  pharmacy: ['pharmacist'],
  ward: ['nurse'],
  visits: ['patient'],
};

/** The first part of a route: `doctors` of `/doctors/:id`. */
function firstPart(route: string): string {
  return route.split('/')[1]!;
}

/** The routes of the pages that this person must reach. */
function pagesOf(who: string): string[] {
  return ROUTES.filter(route => (READERS[firstPart(route)] ?? ['visitor']).includes(who));
}

/** Where each person starts, and the addresses that no link leads to. */
const FIRST: Record<string, string[]> = {
  visitor: ['/', '/sign-in/second', '/verify', '/confirm/again', '/sign-up/sent', '/sign-up/from-provider', '/confirm/done', '/apply/sent', '/reset-password/sent', '/reset-password/text-sent', '/reset-password/done', '/verify/AAAA-BBBB-CCCC', '/confirm/none', '/reset-password/none', '/invitation/none', '/handover/none', '/shared/none', '/setup/none', '/connect', '/trouble', '/second-factor/stopped', '/second-factor/stop/none', '/bring-back'],
  patient: ['/patient', '/account/name-saved', '/account/locale-saved', '/account/birth-date-saved', '/account/contact-saved', '/account/password-changed', '/account/claimed', '/account/claimed-for-other'],
  doctor: ['/doctor', '/doctor/book/series'],
  admin: ['/admin', '/admin/licences?state=approved'],
  lab_technician: ['/laboratory'],
  nurse: ['/ward'],
  pharmacist: ['/pharmacy'],
  receptionist: ['/desk', '/desk/book', '/desk/book/series'],
};

function addresses(who: string): Way[] {
  return FIRST[who]!.map(path => ({ path }));
}

async function links(page: Page): Promise<string[]> {
  const found = await page.locator('a[href]').evaluateAll(all => all.map(one => (one as HTMLAnchorElement).href));
  const origin = new URL(page.url()).origin;
  return found.map(href => new URL(href)).filter(url => url.origin === origin).map(url => url.pathname + url.search);
}

/** An address to open. `state` tells pages apart that have the same route, and show and link to other things: `past` visits, a `closed` account. */
interface Way {
  path: string;
  state?: 'past' | 'closed';
}

/** The parts of the WebAssembly that this page has loaded, although its document did not request them: the browser learned of them late. */
function lateParts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const requested = new Set([...document.querySelectorAll<HTMLLinkElement>('link[rel=preload]')].map(link => link.href));
    const loaded = performance.getEntriesByType('resource').map(entry => entry.name);
    return loaded.filter(file => file.endsWith('.wasm') && !requested.has(file));
  });
}

/** Follows the links from `first`, checks one page of each route and state, and expects to reach all routes in `wanted`. */
async function walk(page: Page, complaints: Complaints, who: string, first: Way[], wanted: string[]): Promise<void> {
  const waiting = [...first];
  const seen = new Map<string, number>();
  const kind = ({ path, state }: Way) => [routeOf(path), state].join(' ').trim();
  // Two pages of each kind are opened, because they may link to different pages; only the first one is checked.
  const isNew = (way: Way) => (seen.get(kind(way)) ?? 0) < 2;
  // Further pages of known kinds. They are opened only while a wanted route is missing: which pages come first depends on the time of day.
  const more: Way[] = [];
  const missing = () => wanted.filter(one => !seen.has(one));
  const been = new Set<string>();
  const found: string[] = [];
  for (let left = 40; ; ) {
    const isExtra = !waiting.length;
    const next = isExtra ? (missing().length && left > 0 ? more.shift() : undefined) : waiting.shift();
    if (!next) break;
    const { path } = next;
    if (been.has(path)) continue;
    if (isExtra) left -= 1;
    else if (!isNew(next)) {
      more.push(next);
      continue;
    }
    been.add(path);
    if (!routeOf(path)) {
      found.push(`${path}: no page has this address`);
      continue;
    }
    const before = seen.get(kind(next)) ?? 0;
    seen.set(kind(next), before + 1);
    await page.setViewportSize(DESK);
    await page.goto(path);
    await ready(page);
    found.push(...(await lateParts(page)).map(part => `${path}: the document does not request ${part}`));
    const heard = complaints.unexpected().length;
    if (before === 0) found.push(...(await faultsOn(page, `${who} ${kind(next)}`)));
    if (complaints.unexpected().length > heard) found.push(`${path}: complaints while it was looked at`);
    await expect(page.locator('h1'), `${path} has one heading`).toHaveCount(1);
    const isPast = path.includes('show=past');
    for (const path of (await links(page)).filter(next => !LEFT_OUT.test(next))) {
      const way: Way = isPast && path.includes('/', 1) ? { path, state: 'past' } : { path };
      (isNew(way) ? waiting : more).push(way);
    }
  }
  expect(found).toEqual([]);
  const reached = [...seen.keys()].sort();
  expect(missing(), `not reached; reached: ${reached.join(' ')}`).toEqual([]);
  if (process.env.SHOTS) console.log(reached.join('\n'));
}

/**
 * A patient and a doctor who have had a visit, with notes, an allergy and a signed prescription, and have another visit soon. Returns the doctor's name
 * and the id of the visit that they have had.
 */
async function acquainted(patient: Page, doctor: Page): Promise<{ name: string; visit: string }> {
  const { name } = await newDoctor(doctor, 'Dr Elestren Nance');
  await newPatient(patient, 'Cador Returning');
  const visit = await bookSoon(patient, name, 'A rash on both arms.');
  await haveVisit(patient, doctor, visit);
  await addAllergy(doctor);
  await issueLetter(doctor, visit);
  await beginConversation(patient, { withName: name }, 'My rash', 'May I swim with it?');
  await bookSoon(patient, name, 'Is it better?');
  return { name, visit };
}

/** What each person does before the test follows their links. Returns further addresses to start from. */
const WALKERS: Record<string, (page: Page, person: () => Promise<Page>) => Promise<Way[]>> = {
  visitor: async () => [],
  patient: async (page, person) => {
    const { name } = await acquainted(page, await person());
    // A visit that can still be moved.
    await bookSoon(page, name, 'A check of my skin.', 3);
    return (await holdSoon(page, name, 'May I swim again?')).map(path => ({ path }));
  },
  doctor: async (page, person) => {
    const { visit } = await acquainted(await person(), page);
    await draftPrescription(page, visit);
    // The draft of a letter, and signed notes with a request to a colleague of the clinic, whose page only the two of them see.
    const letter = await draftLetter(page, visit);
    const request = await askCosignature(page, visit);
    // An entry of the patient's record, which has a page of its own.
    await page.goto(`/doctor/visits/${visit}/notes`);
    await page.getByRole('link', { name: 'Allergies, medicines and earlier visits' }).click();
    await page.waitForURL(/\/doctor\/patients\/[0-9a-f-]{36}$/);
    const patient = new URL(page.url()).pathname;
    await page.goto(`${patient}/record/new?kind=history`);
    await ready(page);
    await page.getByLabel('What was it?').fill('Measles');
    await page.getByLabel('The patient said it').check();
    await page.getByRole('button', { name: 'Save the entry' }).click();
    await page.waitForURL(/\/record$/);
    return [{ path: `${patient}/record` }, { path: letter }, { path: `/doctor/cosignatures/${request}` }];
  },
  admin: async (page, person) => {
    await newApplicant(await person(), coined('Dr Gerens Applying'));
    const { name, email } = await newApplicant(await person(), coined('Dr Massen Leaving'));
    await signedIn(page, 'admin');
    await closeAccount(page, email, name, 'You asked us to close it.');
    await expect(page).toHaveURL(/\/people\/[0-9a-f-]{36}(\?|$)/);
    const closed = new URL(page.url()).pathname;
    // Administrators find a patient by number, so no link leads to this one.
    const desk = await person();
    await signedIn(desk, 'receptionist', 'desk');
    await registerAtDesk(desk, coined('Tamsin Filed'));
    const patient = new URL(desk.url()).pathname.split('/').at(-1)!;
    return [{ path: closed, state: 'closed' }, { path: `/carers?patient=${patient}` }];
  },
  lab_technician: async page => {
    await signedIn(page, 'lab_technician', 'laboratory');
    return [];
  },
  nurse: async (page, person) => {
    // A visit whose intake the nurse can open, whatever the demonstration has today.
    const [patient, doctor] = [await person(), await person()];
    const { name } = await newDoctor(doctor, 'Dr Colan Weighing');
    await newPatient(patient, 'Talan Measured');
    const visit = await bookSoon(patient, name, 'A check of my blood pressure.');
    // A conversation with a care group to which the nurse belongs.
    const { name: nurse } = await newStaff(page, coined('Nessa Walking'), 'nurse', 'ward');
    await beginConversation(patient, { withName: await newCareGroup(page, nurse) }, 'My pressure', 'It is high in the morning.');
    // The record of the patient, with an entry that has a page of its own.
    const id = await enterIllness(doctor, visit);
    return [{ path: `/ward/intake/${visit}` }, { path: `/ward/patients/${id}` }];
  },
  pharmacist: async page => {
    await signedIn(page, 'pharmacist', 'pharmacy');
    return [];
  },
  receptionist: async (page, person) => {
    // A visit that can still be moved and cancelled, on a day of the clinic that no link leads to.
    const [visitor, doctor] = [await person(), await person()];
    const { name: doctorName } = await newDoctor(doctor, 'Dr Perran Ahead');
    await newPatient(visitor, 'Kitto Planned');
    await bookSoon(visitor, doctorName, 'A check of my knee.', 3);
    const day = new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    await signedIn(page, 'receptionist', 'desk');
    const name = coined('Bo');
    await registerAtDesk(page, name);
    const patient = new URL(page.url()).pathname;
    await beginConversation(page, { patient: patient.split('/').at(-1)! }, 'Your papers', 'Bring your insurance card.');
    await registerAtDesk(page, name);
    const { pathname, search } = new URL(page.url());
    return [{ path: `/desk?day=${day}` }, { path: patient }, { path: pathname + search }];
  },
};

test('each page is for somebody who exists, and each part of a path belongs to a page', () => {
  const parts = new Set(ROUTES.map(firstPart));
  expect(Object.keys(READERS).filter(part => !parts.has(part))).toEqual([]);
  expect(Object.values(READERS).flat().filter(who => !(who in WALKERS))).toEqual([]);
  expect(Object.values(FIRST).flat().filter(path => !routeOf(path))).toEqual([]);
});

for (const [who, begin] of Object.entries(WALKERS)) {
  test(`every page of a ${who}`, { tag: '@long' }, async ({ page, person, complaints }) => {
    test.setTimeout(600_000);
    // Expired links, and the page that shows an error, answer with an error status on purpose.
    complaints.allow(/(404|503).*\/(confirm|reset-password|verify|trouble)/);
    const first = [...(await begin(page, person)), ...addresses(who)];
    await walk(page, complaints, who, first, pagesOf(who));
  });
}

// The people whose sign-ins the demonstration prints have the longest histories, with more visits and documents than others. No test changes theirs.
for (const who of ['patient', 'doctor']) {
  test(`every page of the printed ${who}`, { tag: '@long' }, async ({ page, complaints }) => {
    test.skip(!process.env.BEDSIDE_LONG_TESTS, 'takes minutes: cargo xtask test --long');
    test.setTimeout(600_000);
    await signedIn(page, who);
    await walk(page, complaints, `printed ${who}`, addresses(who), []);
  });
}
