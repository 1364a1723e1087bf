// Typed text is never lost: when a page is left in any way, its text is there again afterwards.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, signInAs, test } from './fixtures';
import { PASSWORD, book, bookSoon, chooseTime, freeDays, newDoctor, newPatient, ready, showDay, type Person } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const SAYS = 'What the patient says';
const PLAN = 'What happens next';

interface Consultation {
  patient: Page;
  doctor: Page;
  who: { patient: Person; doctor: Person };
  /** The path of the doctor's page for the visit. */
  visit: string;
}

/** A doctor and a patient in a visit that has begun; the doctor's page shows the note form. */
async function consultation(patient: Page, person: (options?: object) => Promise<Page>, name: string): Promise<Consultation> {
  const doctor = await person();
  const doctorIs = await newDoctor(doctor, name);
  const patientIs = await newPatient(patient, 'Ottilie Draft');
  await patient.goto(`/visits/${await bookSoon(patient, doctorIs.name, 'A cough.')}`);
  await ready(patient);
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  const visit = `/doctor${new URL(patient.url()).pathname}`;
  await doctor.goto(visit);
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Admit' }).click();
  await expect(doctor.getByLabel(SAYS)).toBeVisible();
  return { patient, doctor, who: { patient: patientIs, doctor: doctorIs }, visit };
}

async function saved(page: Page, near = page.locator('form', { has: page.getByLabel(SAYS) })): Promise<void> {
  // "Draft saved" stays in the line, hidden, while more is typed, so also check that "Not saved yet" is gone.
  await expect(near.locator('[data-draft="state"]')).toContainText('Draft saved');
  await expect(near.locator('[data-draft="state"]')).not.toContainText('Not saved yet');
}

test('a note that is being typed survives going back, a reload, a crash and the end of the session', async ({ page, person, complaints }) => {
  test.setTimeout(300_000);
  // After the session has ended in another tab, the server refuses the socket and the draft saves of this tab.
  complaints.allow(/401|4401|WebSocket/);
  const { doctor, who, visit } = await consultation(page, person, 'Dr Wilma Keeper');

  await doctor.getByLabel(SAYS).fill('Coughing for two weeks.');
  await saved(doctor);
  await doctor.goBack();
  await expect(doctor).not.toHaveURL(new RegExp(`${visit}$`));
  await doctor.goForward();
  await expect(doctor.getByLabel(SAYS)).toHaveValue('Coughing for two weeks.');
  await expect(doctor.getByText('We brought back what you typed')).toBeVisible();
  await ready(doctor);

  // Reload right after the last key: the draft is still being sent while the page closes.
  await doctor.getByLabel(PLAN).fill('X-ray of the chest.');
  await doctor.reload();
  await expect(doctor.getByLabel(PLAN)).toHaveValue('X-ray of the chest.');
  await expect(doctor.getByLabel(SAYS)).toHaveValue('Coughing for two weeks.');
  await ready(doctor);

  // The tab crashes.
  await doctor.getByLabel(PLAN).fill('X-ray of the chest, and rest.');
  await saved(doctor);
  const context = doctor.context();
  const crashed = await context.newCDPSession(doctor);
  void crashed.send('Page.crash').catch(() => {});
  await doctor.waitForEvent('crash').catch(() => {});
  const again = await context.newPage();
  await again.goto(visit);
  await expect(again.getByLabel(PLAN)).toHaveValue('X-ray of the chest, and rest.');
  await ready(again);

  // The session ends in another tab; the text of this tab must not be lost.
  const other = await context.newPage();
  await other.goto('/account');
  await ready(other);
  await other.getByRole('button', { name: /: your account$/ }).click();
  await again.bringToFront();
  await again.getByLabel(PLAN).fill('X-ray of the chest, rest, and tea.');
  await saved(again);
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(again).toHaveURL(/\/sign-in/);
  await signInAs(again, who.doctor.email, PASSWORD);
  await expect(again).not.toHaveURL(/\/sign-in/);
  await again.goto(visit);
  await expect(again.getByLabel(PLAN)).toHaveValue('X-ray of the chest, rest, and tea.');
});

test('the end of a visit waits for the note, and a visit that ended elsewhere leaves it', async ({ page, person, complaints }) => {
  test.setTimeout(300_000);
  complaints.allow(/409|422/);
  const { doctor, patient, visit } = await consultation(page, person, 'Dr Ender Notes');

  // What is typed into a panel stays when another one is chosen.
  await doctor.getByRole('tab', { name: 'Chat' }).click();
  await doctor.getByLabel('Your message').fill('Half a sen');
  await doctor.getByRole('tab', { name: 'Notes' }).click();
  await doctor.getByLabel(SAYS).fill('Coughing, dry.');
  // End the visit immediately: the end waits until the draft is saved.
  await doctor.getByRole('tab', { name: 'End' }).click();
  await doctor.getByLabel('Without a diagnosis').check({ force: true });
  await doctor.getByRole('button', { name: 'End the visit for both' }).click();
  await expect(doctor.getByText('Your note has text that is not saved')).toBeVisible();
  await expect(doctor.getByLabel(SAYS)).toHaveValue('Coughing, dry.');

  // A second tab of the doctor ends the visit and saves the note first. The draft of the chat message is there too.
  const second = await doctor.context().newPage();
  await second.goto(visit);
  await expect(second.getByLabel(SAYS)).toHaveValue('Coughing, dry.');
  await expect(second.getByLabel('Your message')).toHaveValue('Half a sen');
  await ready(second);
  await second.getByRole('tab', { name: 'End' }).click();
  await second.getByLabel('Without a diagnosis').check({ force: true });
  await second.getByRole('button', { name: 'End the visit for both' }).click();
  await second.getByRole('button', { name: 'Save the note and end the visit' }).click();
  await expect(second).toHaveURL(/\/prescription\?ended=1$/);

  // The first tab continues after the end: the note can still be completed.
  await expect(doctor.getByRole('heading', { name: 'The visit has ended' })).toBeVisible();
  await expect(doctor.getByLabel(SAYS)).toHaveValue('Coughing, dry.');
  await doctor.getByLabel(PLAN).fill('Come back in a week.');
  await saved(doctor);
  await doctor.reload();
  await expect(doctor.getByLabel(PLAN)).toHaveValue('Come back in a week.');
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Save the notes' }).click();
  await expect(doctor.getByText(/Version 2 was saved/)).toBeVisible();
  await doctor.reload();
  await expect(doctor.getByText('We brought back what you typed')).toHaveCount(0);
  await expect(doctor.getByLabel(PLAN)).toHaveValue('Come back in a week.');
  await expect(patient.getByRole('heading', { name: 'The visit has ended' })).toBeVisible();
});

test('a draft can be discarded, and one that was overtaken is shown beside what was saved', async ({ page, person }) => {
  test.setTimeout(300_000);
  const { doctor, visit } = await consultation(page, person, 'Dr Tabea Twice');
  await doctor.getByLabel(SAYS).fill('First thought.');
  await saved(doctor);
  await doctor.reload();
  await expect(doctor.getByLabel(SAYS)).toHaveValue('First thought.');
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Discard this draft' }).click();
  await expect(doctor.getByLabel(SAYS)).toHaveValue('');
  await doctor.goto('/doctor');
  await doctor.goto(visit);
  await expect(doctor.getByLabel(SAYS)).toHaveValue('');
  await ready(doctor);

  // The second tab saves the note before the first tab changes it.
  const second = await doctor.context().newPage();
  await second.goto(visit);
  await ready(second);
  await second.getByLabel(SAYS).fill('From the second tab.');
  await second.getByRole('button', { name: 'Save the notes' }).click();
  await expect(second.getByText(/Version 1 was saved/)).toBeVisible();
  await second.close();
  await doctor.getByLabel(SAYS).fill('From the first tab.');
  await saved(doctor);
  await doctor.reload();
  await expect(doctor.getByLabel(SAYS)).toHaveValue('From the first tab.');
  await expect(doctor.getByText('The saved text was changed after you typed this')).toBeVisible();
  await expect(doctor.locator('[data-draft="brought"]')).toContainText('From the second tab.');
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Save the notes' }).click();
  await expect(doctor.getByText(/Version 2 was saved/)).toBeVisible();
});

test('the reason for a visit comes back, and after booking the way back leads to the appointment', async ({ page }) => {
  test.setTimeout(180_000);
  await newPatient(page, 'Benno Return');
  await page.goto('/doctors');
  await ready(page);
  await page.getByRole('link', { name: /See all times of/ }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await showDay(freeDays(page).last());
  await ready(page);
  await chooseTime(page);
  const reason = page.getByLabel('What brings you here?');
  await reason.fill('My knee.');
  await page.goBack();
  await page.goForward();
  await expect(reason).toHaveValue('My knee.');
  await ready(page);
  await reason.fill('My knee, again.');
  await page.reload();
  await expect(reason).toHaveValue('My knee, again.');
  await ready(page);
  await page.getByRole('button', { name: 'Check your answers' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
  await ready(page);
  await book(page);
  const appointment = new URL(page.url()).pathname;

  for (const step of ['the check', 'the reason']) {
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'You have booked this time' }), step).toBeVisible();
  }
  await page.getByRole('link', { name: 'Open your appointment' }).click();
  await expect(page).toHaveURL(new RegExp(`${appointment}$`));
});

test('what a stranger types into a sign-up survives the way to another page and back', async ({ page }) => {
  await page.goto('/sign-up');
  await ready(page);
  await page.getByLabel('Full name').fill('Frieda Return');
  await page.getByLabel('Mobile phone').fill('+44 7700 900123');
  await page.getByLabel('Password', { exact: true }).fill('three brown envelopes');
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goBack();
  await expect(page.getByLabel('Full name')).toHaveValue('Frieda Return');
  await expect(page.getByLabel('Mobile phone')).toHaveValue('+44 7700 900123');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');

  await page.goto('/apply');
  await ready(page);
  await page.getByLabel('Licence number').fill('7654321');
  await page.getByLabel('About you').fill('I listen first.');
  await page.getByRole('link', { name: 'Bedside' }).first().click();
  await expect(page).toHaveURL(/\/$/);
  await page.goBack();
  await expect(page.getByLabel('Licence number')).toHaveValue('7654321');
  await expect(page.getByLabel('About you')).toHaveValue('I listen first.');
});

test('the browser asks before it leaves a page whose text nothing remembers yet', async ({ page }) => {
  await newPatient(page, 'Hedda Early');
  // Delay the WebAssembly as on a slow phone, so that the page does not react yet.
  let arrive = (): void => {};
  const arrived = new Promise<void>(resolve => (arrive = resolve));
  await page.route('**/*.wasm', async route => {
    await arrived;
    await route.continue();
  });
  await page.goto('/account/name', { waitUntil: 'commit' });
  const name = page.getByLabel('Full name');
  await name.click();
  await name.fill('Hedda Early-Bird');
  const asked = page.waitForEvent('dialog');
  // The reload never finishes, because the person chooses to stay.
  void page.reload({ waitUntil: 'commit' }).catch(() => {});
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(name).toHaveValue('Hedda Early-Bird');

  // Once the page reacts, it saves the text itself, and the browser does not ask.
  arrive();
  await ready(page);
  await saved(page, page.getByRole('main'));
  await page.reload();
  await expect(name).toHaveValue('Hedda Early-Bird');
});
