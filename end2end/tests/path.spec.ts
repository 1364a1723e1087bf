// The whole path with four people: a doctor applies, an administrator approves, a patient signs up and books, both meet on video
// through the relay, and the patient leaves with a prescription that a pharmacy can check.
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { inspect } from './inspect';
import { connectedByRelay, mediaFlows, relayOnly } from './media';
import { PASSWORD, applyAsDoctor, approveOnPage, book, chooseTime, coined, findDoctor, giveReason, ready, setHoursOnPage, signUpAsPatient } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const PATIENT = 'Zoë Αλεξάνδρα Kovačević';

/** Writes the note, searches a diagnosis and adds it. */
async function document(doctor: Page): Promise<void> {
  await doctor.getByLabel('What the patient says').fill('Sore throat for four days, fever in the evenings.');
  await doctor.getByLabel('What happens next').fill('Rest, drink a lot, and take the whole course. Write to us if the fever stays for three more days.');
  await doctor.getByRole('button', { name: 'Save the notes' }).click();
  await expect(doctor.getByText(/Version 1 was saved/)).toBeVisible();
  await doctor.getByLabel('Search for a diagnosis').fill('streptococcal pharyngitis');
  await doctor.getByRole('button', { name: 'Add J02.0', exact: true }).click();
  await expect(doctor.getByRole('button', { name: 'Remove J02.0' })).toBeVisible();
}

async function addMedicine(doctor: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await doctor.getByLabel(label, { exact: !/Refills|Note/.test(label) }).fill(value);
  await doctor.getByRole('button', { name: 'Add this medicine' }).click();
  await expect(doctor.getByText(fields['Medicine']!).first()).toBeVisible();
}

test('a patient finds a doctor, books, meets them through the relay and leaves with a prescription', { tag: '@long' }, async ({ page: patient, person, complaints }) => {
  test.setTimeout(400_000);
  const DOCTOR = coined('Dr Ngozi Ashworth');
  const allow = { permissions: ['camera', 'microphone'] };
  const [doctor, admin, pharmacist] = [await person(allow), await person(), await person()];
  await patient.context().grantPermissions(allow.permissions);
  await Promise.all([relayOnly(patient), relayOnly(doctor)]);

  const { email: doctorMail, licence } = await applyAsDoctor(doctor, DOCTOR);
  await approveOnPage(admin, DOCTOR);
  expect((await mailTo(doctor, doctorMail, /approved/)).text).toContain('I called the council. Welcome to Riverside.');
  await setHoursOnPage(doctor);

  const { email } = await signUpAsPatient(patient, PATIENT);
  await findDoctor(patient, DOCTOR);
  await chooseTime(patient);
  await giveReason(patient, 'A sore throat that does not go away.');
  await expect(patient.getByText('A sore throat that does not go away.')).toBeVisible();
  await book(patient);
  const confirmation = await mailTo(patient, email, /^Your appointment on/);
  expect(confirmation.text).toContain(DOCTOR);
  expect(confirmation.text + confirmation.html).not.toContain('sore throat');
  const calendar = await patient.request.get(new URL(await patient.getByRole('link', { name: 'Add to your calendar' }).getAttribute('href') ?? '', patient.url()).href);
  expect(await calendar.text()).toMatch(/BEGIN:VEVENT[\s\S]*DTSTART/);

  // The doctor's home page shows at once which patients are waiting.
  await doctor.goto('/doctor');
  await ready(doctor);
  const waiting = doctor.locator('[data-who-waits]');
  await expect(waiting).toContainText('No one is waiting');
  await patient.goto('/patient');
  await patient.getByRole('link', { name: 'Open the waiting room' }).click();
  await patient.waitForURL('**/visits/*');
  await expect(patient.locator('[data-camera="ready"]')).toBeVisible();
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  await inspect(patient, 'the waiting room');
  await waiting.getByRole('link', { name: 'Open the visit' }).click();
  await doctor.waitForURL('**/doctor/visits/*');
  const visit = new URL(doctor.url()).pathname.split('/').at(-1)!;
  await expect(doctor.getByRole('button', { name: 'Admit' })).toBeVisible();
  await inspect(doctor, 'somebody to admit');
  await doctor.getByRole('button', { name: 'Admit' }).click();
  for (const page of [patient, doctor]) await connectedByRelay(page);

  await patient.getByRole('button', { name: 'Chat' }).click();
  await patient.getByLabel('Your message').fill('Can you hear me?');
  await patient.getByRole('button', { name: 'Send' }).click();
  await doctor.getByRole('tab', { name: 'Chat' }).click();
  await expect(doctor.getByRole('log')).toContainText('Can you hear me?');
  await doctor.getByLabel('Your message').fill('Yes, well.');
  await doctor.getByRole('button', { name: 'Send' }).click();
  await expect(patient.getByRole('log')).toContainText('Yes, well.');
  await inspect(patient, 'the call of the patient');
  await inspect(doctor, 'the call of the doctor');

  // After a reload, and after leaving and joining again, the patient is back in the call and the messages are still there.
  await patient.reload();
  await connectedByRelay(patient);
  await patient.getByRole('button', { name: 'Chat' }).click();
  await expect(patient.getByRole('log')).toContainText('Yes, well.');
  await patient.getByRole('button', { name: 'Mute' }).click();
  await expect(patient.getByRole('button', { name: 'Unmute' })).toBeVisible();
  await patient.getByRole('button', { name: 'Leave' }).click();
  await expect(patient.getByText('The visit has not ended.')).toBeVisible();
  await expect(doctor.locator('[data-call="waiting"]')).toBeVisible();
  await patient.getByRole('button', { name: 'Join again' }).click();
  for (const page of [patient, doctor]) await mediaFlows(page);

  await doctor.getByRole('tab', { name: 'Notes' }).click();
  await document(doctor);
  await doctor.getByRole('tab', { name: 'End' }).click();
  await doctor.getByLabel('With the diagnoses chosen above').check({ force: true });
  await doctor.getByRole('button', { name: 'End the visit for both' }).click();
  await doctor.waitForURL('**/prescription?ended=1');
  await expect(patient.getByRole('heading', { name: 'The visit has ended' })).toBeVisible();
  await inspect(patient, 'the ended visit');

  await ready(doctor);
  await addMedicine(doctor, {
    Medicine: 'Phenoxymethylpenicillin', Strength: '500 mg', Form: 'tablet', Dose: '1 tablet', Route: 'by mouth',
    'How often': 'four times a day', 'For how long': '10 days', 'Quantity to dispense': '40 tablets', Note: 'Take it an hour before food.',
  });
  await addMedicine(doctor, {
    Medicine: 'Paracetamol', Strength: '500 mg', Form: 'tablet', Dose: '2 tablets', Route: 'by mouth',
    'How often': 'up to four times a day', 'For how long': '5 days', 'Quantity to dispense': '32 tablets', Refills: '1',
  });
  // A medicine can be changed after it was added.
  await inspect(doctor, 'writing a prescription');
  await doctor.getByRole('link', { name: 'Change Paracetamol' }).click();
  await expect(doctor.getByLabel('Strength')).toHaveValue('500 mg');
  await ready(doctor);
  await inspect(doctor, 'changing a medicine');
  await doctor.getByLabel('Quantity to dispense').fill('24 tablets');
  await doctor.getByRole('button', { name: 'Save the medicine' }).click();
  await expect(doctor.getByText('24 tablets')).toBeVisible();
  await doctor.getByRole('link', { name: 'Review and sign' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Review the prescription');
  await ready(doctor);
  // The password manager sees whose password signs.
  await expect(doctor.locator('form input[autocomplete="username"]')).toHaveValue(/@/);
  complaints.allow(/401|403|422/);
  await doctor.getByLabel('Your password').fill('not my password');
  await doctor.getByRole('button', { name: 'Sign the prescription' }).click();
  await expect(doctor.getByRole('alert').first()).toBeVisible();
  await inspect(doctor, 'signing, refused');
  await doctor.getByLabel('Your password').fill(PASSWORD);
  await doctor.getByRole('button', { name: 'Sign the prescription' }).click();
  await expect(doctor.getByText('The prescription is signed')).toBeVisible();
  await inspect(doctor, 'a signed prescription');

  // The patient reads the summary and downloads the prescription.
  await patient.getByRole('link', { name: 'Read the summary' }).click();
  await expect(patient).toHaveURL(`/visits/${visit}/summary`);
  await expect(patient.getByText('Rest, drink a lot')).toBeVisible();
  await expect(patient.getByText('Streptococcal pharyngitis')).toBeVisible();
  await expect(patient.getByText('Sore throat for four days')).toHaveCount(0);
  await patient.getByRole('link', { name: /^Prescription/ }).last().click();
  const [download] = await Promise.all([patient.waitForEvent('download'), patient.getByRole('link', { name: 'Download the PDF' }).click()]);
  const paper = execFileSync('pdftotext', ['-layout', await download.path(), '-']).toString();
  for (const line of [DOCTOR, PATIENT, 'Riverside Clinic', licence, 'Phenoxymethylpenicillin', 'four times a day', 'Paracetamol', '24 tablets', 'Take it an hour before food.']) {
    expect(paper).toContain(line);
  }

  // The code on the prescription lets a pharmacy check it without revealing what was prescribed.
  const code = /\/verify\/([0-9A-Z-]+)/i.exec(paper.replace(/\s*\n\s*/g, ' '))![1]!;
  await pharmacist.goto(`/verify/${code}`);
  await expect(pharmacist.getByText('This prescription is valid')).toBeVisible();
  await inspect(pharmacist, 'a valid code');
  await expect(pharmacist.getByText(DOCTOR)).toBeVisible();
  await expect(pharmacist.getByText('Paracetamol')).toHaveCount(0);
  await doctor.getByRole('link', { name: 'Cancel this prescription' }).click();
  await ready(doctor);
  await inspect(doctor, 'cancelling a prescription');
  await doctor.getByLabel('Why?').fill('Allergic to penicillin after all.');
  await doctor.getByRole('button', { name: 'Cancel the prescription' }).click();
  await expect(doctor.getByText('The prescription is cancelled now')).toBeVisible();
  await pharmacist.reload();
  await expect(pharmacist.getByText('This prescription was cancelled')).toBeVisible();
  await inspect(pharmacist, 'the code of a cancelled one');
});
