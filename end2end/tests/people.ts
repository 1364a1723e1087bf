// What people do before and during tests: they sign up, confirm, apply, are approved, book and meet, through the pages, as any user does. `made.ts` makes
// people without pages, for tests that are about something else. What is done for a test before it begins is mostly done without scripts, which is faster and
// is not what these tests check. `path.spec.ts` does the same with scripts, `plain.spec.ts` without.
import type { Browser, Locator, Page } from '@playwright/test';
import { WITHOUT_SCRIPTS, complaintsOf, expect, mailTo, signIn } from './fixtures';
import { ALL_DAY, PASSWORD, address, inLatinLetters, licenceNumber, type Person } from './invented';

export { ALL_DAY, PASSWORD, address, coined, licenceNumber, type Person } from './invented';
export {
  appOf, askCosignature, beginConversation, bookSoon, doctorElsewhere, draftLetter, draftPrescription, endRooms, enterIllness, haveVisit, issueLetter, letCarerAct, meetsInClinic, newApplicant, newCareGroup, newDoctor, newPatient, newStaff, setHours, signedIn, signedInAs,
} from './made';

/** Waits until the page reacts to input and no part of it is loading. Without scripts it returns once the page has loaded. */
export async function ready(page: Page): Promise<void> {
  await page.waitForLoadState();
  if (await page.evaluate(() => matchMedia('(scripting: none)').matches)) return;
  await page.locator('html[data-reacts]').waitFor({ state: 'attached' });
  await expect(page.locator('[data-loading]')).toHaveCount(0);
}

/** Waits until the page reacts and has requested nothing for half a second: for tests that look at what it has requested, or measure it. */
export async function quiet(page: Page): Promise<void> {
  await ready(page);
  await page.waitForLoadState('networkidle');
}

/** Pages without scripts that wait for their next use. */
const idle = new WeakMap<Browser, Page[]>();

async function plainPage(browser: Browser): Promise<Page> {
  const page = idle.get(browser)?.pop();
  return page ?? (await browser.newContext({ javaScriptEnabled: false })).newPage();
}

/** Leaves the session behind by dropping this cookie, or all. A page that stood there would notice that it is signed out, and load itself again. */
export async function dropSession(page: Page, cookie?: string): Promise<void> {
  await page.goto('about:blank');
  await page.context().clearCookies(cookie ? { name: cookie } : {});
}

/** Gives a page back for the next use, which finds no session in it. */
async function giveBack(page: Page): Promise<void> {
  const context = page.context();
  await page.goto('about:blank');
  await context.clearCookies();
  const browser = context.browser()!;
  idle.set(browser, [...(idle.get(browser) ?? []), page]);
}

/** Performs these steps in a page without scripts that shares the session of `page`; a new session is copied back to `page`. */
async function plainly<T>(page: Page, steps: (plain: Page) => Promise<T>): Promise<T> {
  const plain = await plainPage(page.context().browser()!);
  const stop = complaintsOf(page)?.watch(plain.context(), WITHOUT_SCRIPTS);
  // After a failure the page stays as it is, for the picture, and is not used again.
  await plain.context().addCookies(await page.context().cookies());
  const done = await steps(plain);
  await page.context().addCookies(await plain.context().cookies());
  stop?.();
  await giveBack(plain);
  return done;
}

/** Opens the link of the confirmation mail. */
export async function followConfirmingLink(page: Page, email: string): Promise<void> {
  const mail = await mailTo(page, email, /Confirm/);
  const link = new URL(/https?:\/\/\S+\/confirm\/\S+/.exec(mail.text)![0]);
  await page.goto(link.pathname + link.search);
  await ready(page);
}

/** Confirms the address by the mail, which signs in the browser in which the account was made. */
async function confirmByMail(page: Page, email: string): Promise<void> {
  await followConfirmingLink(page, email);
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page).not.toHaveURL(/\/confirm\//);
}

/** Chooses a time zone where the page does not know that of the browser: without scripts, on the first page. */
export async function giveZone(page: Page): Promise<void> {
  const zone = page.getByLabel('Time zone');
  if (!(await zone.inputValue())) await zone.selectOption('Europe/London');
}

/** Enters a code of the authenticator app, or a recovery code, in the second step of signing in. */
export async function enterCode(page: Page, text: string): Promise<void> {
  await expect(page).toHaveURL(/\/sign-in\/second/);
  await ready(page);
  await page.getByLabel('Code', { exact: true }).fill(text);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

/** Fills in the form that creates a patient's account, and sends it. Returns the address. */
export async function createAccount(page: Page, name: string, email = address(name)): Promise<string> {
  await page.getByLabel('Full name').fill(name);
  const latin = inLatinLetters(name);
  if (latin) await page.getByLabel('Name in Latin letters').fill(latin);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await fillDate(page, ['31', '3', '1980']);
  await page.getByLabel('Mobile phone').fill('+44 7700 900123');
  await giveZone(page);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page).toHaveURL(/\/sign-up\/sent/);
  return email;
}

async function fillDate(page: Page, [day, month, year]: [string, string, string]): Promise<void> {
  await page.getByLabel('Day').fill(day);
  await page.getByLabel('Month').fill(month);
  await page.getByLabel('Year').fill(year);
}

/** Signs up as a new patient on this page and confirms the address, which signs in. */
export async function signUpAsPatient(page: Page, name: string): Promise<Person> {
  await page.goto('/sign-up');
  await ready(page);
  const email = await createAccount(page, name);
  await confirmByMail(page, email);
  await page.waitForURL('**/patient');
  return { name, email };
}

/** Sends the form that registers a patient at the desk, born like all who sign up in tests. Leads to the patient, or to those who are likely the same. */
export async function registerAtDesk(desk: Page, name: string): Promise<void> {
  await desk.goto('/desk/register');
  await ready(desk);
  await desk.getByLabel('Full name').fill(name);
  await fillDate(desk, ['31', '3', '1980']);
  await desk.getByRole('button', { name: 'Register this patient' }).click();
  await desk.waitForURL(/\/desk\/(patients\/[0-9a-f-]{36}|register\/compare)/);
}

/** Applies as a doctor on this page and confirms the address, which signs in. */
export async function applyAsDoctor(page: Page, name: string): Promise<Person & { licence: string }> {
  const email = address(name);
  const licence = licenceNumber();
  await page.goto('/apply');
  await ready(page);
  await page.getByLabel('Full name').fill(name);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Licence number').fill(licence);
  await page.getByLabel('Authority', { exact: true }).fill('General Medical Council');
  await page.getByLabel('Country of the authority').selectOption({ label: 'United Kingdom' });
  // The licence must be valid whenever the test runs.
  await fillDate(page, ['31', '3', String(new Date().getFullYear() + 5)]);
  await page.getByLabel('Main specialty').selectOption({ label: 'General practice' });
  await page.getByLabel('Language of your visits').selectOption({ label: 'English' });
  await giveZone(page);
  await page.getByLabel('About you').fill('I listen first. Twelve years in general practice, and a weakness for old stethoscopes.');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Send the application' }).click();
  await expect(page).toHaveURL(/\/apply\/sent$/);
  await confirmByMail(page, email);
  return { name, email, licence };
}

/** Opens a waiting application. The list begins with the oldest, so a new one may be on one of its later pages. */
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

/** Signs in as an administrator on this page and approves the doctor who applied, with a fee of 60 pounds. */
export async function approveOnPage(admin: Page, name: string): Promise<void> {
  await signIn(admin, 'admin');
  await openApplication(admin, name);
  await admin.getByRole('link', { name: 'Approve' }).click();
  await ready(admin);
  await admin.getByLabel('Clinic').selectOption({ label: 'Riverside Clinic, United Kingdom (GBP)' });
  await admin.getByLabel('Fee for one visit').fill('60');
  await admin.getByLabel('Message to the doctor').fill('I called the council. Welcome to Riverside.');
  await admin.getByRole('button', { name: 'Approve this doctor' }).click();
  await expect(admin).not.toHaveURL(/approve/);
}

/** Finds a person by name or email address and closes their account. `looked` is called on the page that asks for the reason, and at the end. */
export async function closeAccount(
  admin: Page,
  search: string,
  name: string,
  words: string,
  looked: (page: Page, what: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await admin.goto('/admin/people');
  await ready(admin);
  await admin.getByLabel('Name, email address or number').fill(search);
  await admin.getByRole('button', { name: 'Search' }).click();
  await admin.getByRole('link', { name }).first().click();
  await admin.getByRole('link', { name: 'Close this account' }).click();
  await ready(admin);
  await looked(admin, 'closing an account');
  await admin.getByLabel('Message to the person').fill(words);
  await admin.getByRole('button', { name: 'Close the account' }).click();
  await expect(admin.getByText('This account is closed')).toBeVisible();
  await looked(admin, 'a closed account');
}

/** Enters the doctor's hours on this page, the same for each day. */
export async function setHoursOnPage(doctor: Page, [from, until]: readonly [string, string] = ALL_DAY): Promise<void> {
  await doctor.goto('/doctor/hours');
  await ready(doctor);
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    const fields = doctor.getByRole('group', { name: day });
    await fields.getByLabel('Works on this day').check();
    await fields.getByLabel('The whole day').uncheck();
    await fields.getByLabel('From').first().fill(from);
    await fields.getByLabel('Until').first().fill(until);
  }
  await doctor.getByRole('button', { name: 'Save the hours' }).click();
  await expect(doctor.getByText('Your hours are saved')).toBeVisible();
}

/** Books the next visit with this doctor on this page, on which the patient is signed in. Returns its id. */
export async function bookOnPage(patient: Page, doctor: string, reason: string): Promise<string> {
  await findDoctor(patient, doctor);
  await chooseTime(patient);
  await giveReason(patient, reason);
  await book(patient);
  const visit = await patient.getByRole('link', { name: 'Open the waiting room' }).getAttribute('href');
  return visit!.split('/').at(-1)!;
}

/**
 * Holds a time with this doctor for the patient of `page` and gives the reason, but does not book. Returns the addresses of the booking's pages: the
 * reason, the answers, other times.
 */
export async function holdSoon(page: Page, doctor: string, reason: string): Promise<string[]> {
  return plainly(page, async plain => {
    await findDoctor(plain, doctor);
    await chooseTime(plain);
    await expect(plain.getByText('This time is held for you until')).toBeVisible();
    const held = new URL(plain.url());
    await giveReason(plain, reason);
    const answers = new URL(plain.url());
    return [held.pathname + held.search, answers.pathname + answers.search, `/book/other${answers.search}`];
  });
}

/** Opens the doctor's first appointment of this week. Late on Sunday the next appointment may be in the week after. */
export async function openFirstAppointment(doctor: Page): Promise<void> {
  await doctor.goto('/doctor/week');
  const first = doctor.locator('a[href^="/doctor/appointments/"]').first();
  if (!(await first.count())) await doctor.getByRole('link', { name: 'Next week' }).click();
  await first.click();
}

/** Records an allergy for the patient of the doctor's first appointment. */
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

/** Searches the doctor by name and opens their page. */
export async function findDoctor(page: Page, name: string): Promise<void> {
  await page.goto('/doctors');
  await ready(page);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  // Two doctors may have the same name.
  await page.getByRole('link', { name: `See all times of ${name}` }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

/** The days on a doctor's page that have free times. */
export function freeDays(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Day', exact: true }).getByRole('link').filter({ hasNotText: 'none' });
}

/** Shows this day's times; until they arrive, the page shows the times of the day before, and they vanish with what was chosen. */
export async function showDay(day: Locator): Promise<void> {
  await day.click();
  await expect(day).toHaveAttribute('aria-current', 'date');
}

/** Shows the last day on the doctor's page that has free times, because the first one may be nearly over. Returns its link. */
export async function onFullDay(page: Page, name: string): Promise<Locator> {
  await findDoctor(page, name);
  const day = freeDays(page).last();
  await showDay(day);
  return day;
}

/**
 * Chooses the `n`th time on the doctor's page and holds it. The first time may be too soon when it is requested. Late in the evening the first
 * day has too few times left; then a time of the next day is chosen. Returns the value of its radio button.
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

/** Continues with the chosen time, which holds it. */
export async function goOnWithTime(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
}

/** Enters the reason for the visit and continues to the check of the answers. */
export async function giveReason(page: Page, reason: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What brings you here?');
  await page.getByLabel('What brings you here?').fill(reason);
  await page.getByRole('button', { name: 'Check your answers' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
}

/** Books the visit and waits for the appointment's page. */
export async function book(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Book this visit' }).click();
  await expect(page).toHaveURL(/\/appointments\/[0-9a-f-]{36}\?booked=1/);
  await expect(page.getByText('Your visit is booked')).toBeVisible();
}
