// What people do before a test begins: they sign up, confirm, apply, are approved, book, meet. All of it through the pages, as anybody would,
// and mostly without scripts: that is quicker, and what is under test comes afterwards. `path.spec.ts` does the same with scripts.
import { randomInt } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { WITHOUT_SCRIPTS, complaintsOf, expect, mailTo, signIn, signInAs } from './fixtures';

export const PASSWORD = 'three brown envelopes';

/** Somebody with an account of their own. */
export interface Person {
  name: string;
  email: string;
}

/** So many random digits: what is made of them is not there yet, whoever else makes the same. */
function digits(count: number): string {
  return String(randomInt(10 ** (count - 1), 10 ** count));
}

/** An address that nobody has yet. */
export function address(name: string): string {
  return `${(name.toLowerCase().match(/[a-z]+/g) ?? ['somebody']).join('.')}.${digits(12)}@people.example`;
}

/** A name that nobody else on the same clinic has. */
export function coined(name: string): string {
  return `${name}-P${[...digits(8)].map(digit => 'abcdefghij'[Number(digit)]).join('')}ou`;
}

/** A licence number that no other doctor has; those of the demonstration have seven digits. */
export function licenceNumber(): string {
  return digits(9);
}

/** Waits until the page reacts to the person, where it does so by script at all. */
export async function ready(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  if (await page.evaluate(() => matchMedia('(scripting: none)').matches)) return;
  await page.locator('html[data-reacts]').waitFor({ state: 'attached' });
}

/** Goes these steps in a browser without scripts in which the same person is signed in as in `page`, before and after. */
async function plainly<T>(page: Page, steps: (plain: Page) => Promise<T>): Promise<T> {
  const context = await page.context().browser()!.newContext({ javaScriptEnabled: false });
  const complaints = complaintsOf(page);
  complaints?.watch(context, WITHOUT_SCRIPTS);
  await context.addCookies(await page.context().cookies());
  const done = await steps(await context.newPage());
  await page.context().addCookies(await context.cookies());
  await context.close();
  return done;
}

/** As [`plainly`], by somebody who has no page in the test. */
async function aside<T>(page: Page, steps: (plain: Page) => Promise<T>): Promise<T> {
  const context = await page.context().browser()!.newContext();
  complaintsOf(page)?.watch(context);
  const done = await plainly(await context.newPage(), steps);
  await context.close();
  return done;
}

/** Follows the link of the mail, and signs in. */
async function confirmAndSignIn(page: Page, email: string): Promise<void> {
  const mail = await mailTo(page, email, /Confirm/);
  const link = /https?:\/\/\S+\/confirm\/\S+/.exec(mail.text)![0];
  await page.goto(new URL(link).pathname);
  await ready(page);
  await page.getByRole('main').getByRole('button').first().click();
  await expect(page).toHaveURL(/\/confirm\/done/);
  await signInAs(page, email, PASSWORD);
  await expect(page).not.toHaveURL(/\/sign-in/);
}

async function fillDate(page: Page, [day, month, year]: [string, string, string]): Promise<void> {
  await page.getByLabel('Day').fill(day);
  await page.getByLabel('Month').fill(month);
  await page.getByLabel('Year').fill(year);
}

/** A new patient signs up on this page, confirms the address and signs in. */
export async function signUpAsPatient(page: Page, name: string): Promise<Person> {
  const email = address(name);
  await page.goto('/sign-up');
  await ready(page);
  await page.getByLabel('Full name').fill(name);
  const isLatin = !/\p{L}/u.test(name.replace(/\p{Script=Latin}/gu, ''));
  if (!isLatin) await page.getByLabel('Name in Latin letters').fill('Leila Nassar');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await fillDate(page, ['31', '3', '1980']);
  await page.getByLabel('Mobile phone').fill('+44 7700 900123');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page).toHaveURL(/\/sign-up\/sent$/);
  await confirmAndSignIn(page, email);
  await page.waitForURL('**/patient');
  return { name, email };
}

/** A new patient, confirmed and signed in. */
export async function newPatient(page: Page, name: string): Promise<Person> {
  const person = await plainly(page, plain => signUpAsPatient(plain, name));
  await page.goto('/patient');
  return person;
}

/** A doctor applies on this page, confirms the address and signs in. */
export async function applyAsDoctor(page: Page, name: string): Promise<Person & { licence: string }> {
  const email = address(name);
  const licence = licenceNumber();
  await page.goto('/apply');
  await ready(page);
  await page.getByLabel('Full name').fill(name);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Licence number').fill(licence);
  await page.getByLabel('Authority', { exact: true }).fill('General Medical Council');
  await page.getByLabel('Country of the authority').selectOption({ label: 'United Kingdom' });
  // A licence that is valid whenever the test runs.
  await fillDate(page, ['31', '3', String(new Date().getFullYear() + 5)]);
  await page.getByLabel('Main specialty').selectOption({ label: 'General practice' });
  await page.getByLabel('Language of your visits').selectOption({ label: 'English' });
  await page.getByLabel('About you').fill('I listen first. Twelve years in general practice, and a weakness for old stethoscopes.');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Send the application' }).click();
  await expect(page).toHaveURL(/\/apply\/sent$/);
  await confirmAndSignIn(page, email);
  return { name, email, licence };
}

/** A doctor who has applied, confirmed the address and signed in, and whose licence nobody has checked yet. */
export async function newApplicant(page: Page, name: string): Promise<Person & { licence: string }> {
  return plainly(page, plain => applyAsDoctor(plain, name));
}

/** The page of an application that waits. The list begins with the oldest, so a new one may be on a later page of it. */
export async function openApplication(admin: Page, name: string): Promise<void> {
  const further = admin.getByRole('link', { name: 'Next page' });
  for (let path: string | null = '/admin/applications'; path; path = (await further.count()) ? await further.getAttribute('href') : null) {
    await admin.goto(path);
    const link = admin.getByRole('link', { name });
    if (!(await link.count())) continue;
    await ready(admin);
    await link.last().click();
    await expect(admin.getByRole('heading', { level: 1 })).toContainText(name);
    return;
  }
  throw new Error(`no application of ${name} waits`);
}

/** An administrator signs in on this page and approves the doctor who applied. */
export async function approveOnPage(admin: Page, name: string): Promise<void> {
  await signIn(admin, 'admin');
  await openApplication(admin, name);
  await admin.getByRole('link', { name: 'Approve' }).click();
  await ready(admin);
  await admin.getByLabel('Clinic').selectOption({ label: 'Riverside Clinic, United Kingdom' });
  await admin.getByLabel('Your words').fill('I called the council. Welcome to Riverside.');
  await admin.getByRole('button', { name: 'Approve this doctor' }).click();
  await expect(admin).not.toHaveURL(/approve/);
}

/** An administrator signs in and approves the doctor who applied. */
export async function approve(admin: Page, name: string): Promise<void> {
  await plainly(admin, plain => approveOnPage(plain, name));
}

/** The same hours on each day, which the doctor enters on this page. */
export async function setHoursOnPage(doctor: Page, [from, until]: readonly [string, string] = ALL_DAY): Promise<void> {
  await doctor.goto('/doctor/hours');
  await ready(doctor);
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    const fields = doctor.getByRole('group', { name: day });
    await fields.getByLabel('From').first().fill(from);
    await fields.getByLabel('Until').first().fill(until);
  }
  await doctor.getByRole('button', { name: 'Save the hours' }).click();
  await expect(doctor.getByText('Your hours are saved')).toBeVisible();
}

/** From midnight to midnight, so that there is a time soon whenever the test runs. */
export const ALL_DAY = ['00:00', '00:00'] as const;

/** Every hour of every day. */
export async function setHours(doctor: Page, hours = ALL_DAY as readonly [string, string]): Promise<void> {
  await plainly(doctor, plain => setHoursOnPage(plain, hours));
}

/** A doctor whom patients can book and who is signed in on `page`: applied, approved, at work in these hours of each day. */
export async function newDoctor(page: Page, name: string, hours = ALL_DAY as readonly [string, string]): Promise<Person & { licence: string }> {
  return plainly(page, async plain => {
    const doctor = await applyAsDoctor(plain, coined(name));
    await aside(page, admin => approveOnPage(admin, doctor.name));
    await setHoursOnPage(plain, hours);
    return doctor;
  });
}

/** As [`newDoctor`], for a test in which the doctor has no page. */
export async function doctorElsewhere(page: Page, name: string): Promise<string> {
  return aside(page, async doctor => (await newDoctor(doctor, name)).name);
}

/** The patient of `page` books the next visit with this doctor. Its id. */
export async function bookSoon(page: Page, doctor: string, reason: string): Promise<string> {
  return plainly(page, async plain => {
    await findDoctor(plain, doctor);
    await chooseTime(plain);
    await giveReason(plain, reason);
    await book(plain);
    const visit = await plain.getByRole('link', { name: 'Open the waiting room' }).getAttribute('href');
    return visit!.split('/').at(-1)!;
  });
}

/** The patient waits, the doctor lets them in, documents and ends the visit, and signs a prescription. */
export async function haveVisit(patient: Page, doctor: Page, visit: string): Promise<void> {
  await plainly(patient, async plain => {
    await plain.goto(`/visits/${visit}`);
    await plain.getByRole('button', { name: 'I am ready' }).click();
    await expect(plain.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  });
  await plainly(doctor, async plain => {
    await plain.goto(`/doctor/visits/${visit}`);
    await plain.getByRole('button', { name: 'Admit' }).click();
    await plain.getByLabel('What happens next').fill('Keep the skin dry.');
    await plain.getByRole('button', { name: 'Save the notes' }).click();
    await expect(plain.getByText(/Version 1 is saved/)).toBeVisible();
    await plain.getByLabel('Search a diagnosis').fill('allergic contact dermatitis');
    await plain.getByRole('search').getByRole('button', { name: 'Search' }).click();
    await plain.getByRole('button', { name: 'Add L23.9', exact: true }).click();
    await expect(plain.getByRole('button', { name: 'Remove L23.9' })).toBeVisible();
    const end = plain.getByRole('button', { name: 'End the visit for both' });
    if (!(await end.isVisible())) await plain.locator('summary', { hasText: 'End the visit' }).click();
    await plain.getByLabel('With the diagnoses chosen above').check({ force: true });
    await end.click();
    await expect(plain).toHaveURL(/\/prescription\?ended=1$/);
    const medicine = { Medicine: 'Hydrocortisone', Strength: '1%', Form: 'cream', Dose: 'a thin layer', Route: 'on the skin', 'How often': 'twice a day', 'For how long': '7 days', 'Quantity to dispense': '30 g' };
    for (const [label, value] of Object.entries(medicine)) await plain.getByLabel(label, { exact: label === 'Form' }).fill(value);
    await plain.getByRole('button', { name: 'Add this medicine' }).click();
    await plain.getByRole('link', { name: 'Review and sign' }).click();
    await plain.getByLabel('Your password').fill(PASSWORD);
    await plain.getByRole('button', { name: 'Sign the prescription' }).click();
    await expect(plain.getByText('The prescription is signed')).toBeVisible();
  });
}

/** The page of the doctor's first appointment of this week. Late on Sunday the next one that can be booked is in the week after. */
export async function openFirstAppointment(doctor: Page): Promise<void> {
  await doctor.goto('/doctor/week');
  const first = doctor.locator('a[href^="/doctor/appointments/"]').first();
  if (!(await first.count())) await doctor.getByRole('link', { name: 'Week after' }).click();
  await first.click();
}

/** The doctor notes an allergy of the patient of the first appointment. */
export async function addAllergy(doctor: Page): Promise<void> {
  await plainly(doctor, async plain => {
    await openFirstAppointment(plain);
    await plain.getByRole('link', { name: 'Allergies, medicines and earlier visits' }).click();
    await plain.getByText('Change the allergies').click();
    await plain.getByLabel('Allergic to').fill('Latex');
    await plain.getByLabel('What happened').fill('Hives on both arms');
    await plain.getByLabel('severe').check();
    await plain.getByRole('button', { name: 'Add the allergy' }).click();
    await expect(plain.getByText('Latex: Hives on both arms (severe)')).toBeVisible();
  });
}

/** The doctor's page, found by the name. */
export async function findDoctor(page: Page, name: string): Promise<void> {
  await page.goto('/doctors');
  await ready(page);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  // Two may have the same name.
  await page.getByRole('link', { name: `See times of ${name}` }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

/** The days of a doctor's page on which there are times. */
function freeDays(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Day', exact: true }).getByRole('link').filter({ hasNotText: 'none' });
}

async function showDay(day: Locator): Promise<void> {
  await day.click();
  await expect(day).toHaveAttribute('aria-current', 'date');
}

/** The last day of a doctor's strip on which there are times: of the first one the time may be nearly over. Its link. */
export async function onFullDay(page: Page, name: string): Promise<Locator> {
  await findDoctor(page, name);
  const day = freeDays(page).last();
  await showDay(day);
  return day;
}

/**
 * Chooses the `n`th time that the doctor's page shows, which is held then. The first one may be too near by the time that it is asked for. Late
 * in the evening the first day has too few times left; then it is one of the next day. The value of its radio button.
 */
export async function chooseTime(page: Page, n = 1): Promise<string> {
  const times = page.getByRole('radio');
  await expect(times.first()).toBeAttached();
  if ((await times.count()) <= n && (await freeDays(page).count()) > 1) await showDay(freeDays(page).nth(1));
  const time = times.nth(Math.min(n, (await times.count()) - 1));
  const value = await time.getAttribute('value');
  await time.check({ force: true });
  await goOnWithTime(page);
  return value!;
}

/** Asks for the chosen time. */
export async function goOnWithTime(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go on with this time' }).click();
}

/** Gives the reason for the held time and goes on to the answers. */
export async function giveReason(page: Page, reason: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What brings you here?');
  await page.getByLabel('What brings you here?').fill(reason);
  await page.getByRole('button', { name: 'Check your answers' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
}

/** Books, and ends on the appointment's page. */
export async function book(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Book this visit' }).click();
  await expect(page).toHaveURL(/\/appointments\/[0-9a-f-]{36}\?booked=1/);
  await expect(page.getByText('Your visit is booked')).toBeVisible();
}
