// What people do before a test begins: they sign up, confirm, apply. All through the pages, as anybody would.
import type { Locator, Page } from '@playwright/test';
import { expect, mailTo, signIn, signInAs } from './fixtures';

export const PASSWORD = 'three brown envelopes';

/** Somebody with an account of their own. */
export interface Person {
  name: string;
  email: string;
}

let made = 0;

function address(name: string): string {
  made += 1;
  return `${name.toLowerCase().match(/[a-z]+/g)!.join('.')}.${Date.now()}.${made}@people.example`;
}

/** A name that no earlier run on the same clinic used. */
export function coined(name: string): string {
  return `${name}-P${[...String(Date.now()).slice(-6)].map(digit => 'abcdefghij'[Number(digit)]).join('')}ou`;
}

/** Waits until the page reacts to the person, where it does so by script at all. */
export async function ready(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
}

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

/** A new patient, confirmed and signed in. */
export async function newPatient(page: Page, name: string): Promise<Person> {
  const email = address(name);
  await page.goto('/sign-up');
  await ready(page);
  await page.getByLabel('Full name').fill(name);
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

/** A doctor who has applied, confirmed the address and signed in, and whose licence nobody has checked yet. */
export async function newApplicant(page: Page, name: string): Promise<Person & { licence: string }> {
  const email = address(name);
  // Two doctors do not have the same one.
  const licence = String(Date.now()).slice(-7);
  await page.goto('/apply');
  await ready(page);
  await page.getByLabel('Full name').fill(name);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Licence number').fill(licence);
  await page.getByLabel('Authority', { exact: true }).fill('General Medical Council');
  await page.getByLabel('Country of the authority').selectOption({ label: 'United Kingdom' });
  await fillDate(page, ['31', '3', '2031']);
  await page.getByLabel('Main specialty').selectOption({ label: 'General practice' });
  await page.getByLabel('Language of your visits').selectOption({ label: 'English' });
  await page.getByLabel('About you').fill('I listen first. Twelve years in general practice, and a weakness for old stethoscopes.');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Send the application' }).click();
  await expect(page).toHaveURL(/\/apply\/sent$/);
  await confirmAndSignIn(page, email);
  return { name, email, licence };
}

/** An administrator signs in and approves the doctor who applied. */
export async function approve(admin: Page, name: string): Promise<void> {
  await signIn(admin, 'admin');
  await admin.goto('/admin/applications');
  await admin.getByRole('link', { name }).last().click();
  await expect(admin.getByRole('heading', { level: 1 })).toContainText(name);
  await admin.getByRole('link', { name: 'Approve' }).click();
  await ready(admin);
  await admin.getByLabel('Clinic').selectOption({ label: 'Riverside Clinic, United Kingdom' });
  await admin.getByLabel('Your words').fill('I called the council. Welcome to Riverside.');
  await admin.getByRole('button', { name: 'Approve this doctor' }).click();
  await expect(admin).not.toHaveURL(/approve/);
}

/** Every hour of every day, so that there is a time soon whenever the test runs. */
export async function setHours(doctor: Page): Promise<void> {
  await doctor.goto('/doctor/hours');
  await ready(doctor);
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    const fields = doctor.getByRole('group', { name: day });
    await fields.getByLabel('From').first().fill('00:00');
    await fields.getByLabel('Until').first().fill('00:00');
  }
  await doctor.getByRole('button', { name: 'Save the hours' }).click();
  await expect(doctor.getByText('Your hours are saved')).toBeVisible();
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

/** The last day of a doctor's strip on which there are times: of the first one the time may be nearly over. Its link. */
export async function onFullDay(page: Page, name: string): Promise<Locator> {
  await findDoctor(page, name);
  const day = page.getByRole('navigation', { name: 'Day', exact: true }).getByRole('link').filter({ hasNotText: 'none' }).last();
  await day.click();
  await expect(day).toHaveAttribute('aria-current', 'date');
  return day;
}

/** Chooses the `n`th time that the doctor's page shows, or the last when there are not so many, which is held then. The first one may be too near
 * by the time that it is asked for. The value of its radio button. */
export async function chooseTime(page: Page, n = 1): Promise<string> {
  const times = page.getByRole('radio');
  await expect(times.first()).toBeAttached();
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
