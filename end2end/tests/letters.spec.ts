// A doctor signs the notes of a visit, adds to them and has them co-signed; and writes a letter that the patient downloads.
import { readFile } from 'node:fs/promises';
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { bookSoon, haveVisit, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('notes are signed, get an addendum, and a colleague sends them back', async ({ page: patient, person }) => {
  test.slow();
  const [doctor, colleague] = [await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Wella Sealed');
  const asked = await newDoctor(colleague, 'Dr Jory Second');
  const { name: patientName } = await newPatient(patient, 'Senara Noted');
  const visit = await bookSoon(patient, name, 'A rash on both arms.');
  await haveVisit(patient, doctor, visit);

  await doctor.goto(`/doctor/visits/${visit}/notes`);
  await ready(doctor);
  await doctor.getByLabel('I have read these notes, and they are complete and correct').check();
  await doctor.getByRole('button', { name: 'Sign the notes' }).click();
  await expect(doctor.getByRole('heading', { name: 'Signed notes' })).toBeVisible();
  await expect(doctor.getByRole('button', { name: 'Save the notes' })).toHaveCount(0);
  await doctor.getByLabel('What is new?').fill('The swab is negative.');
  await doctor.getByRole('button', { name: 'Add the addendum' }).click();
  await expect(doctor.getByRole('listitem').filter({ hasText: 'The swab is negative.' })).toContainText(name);
  await doctor.getByLabel('Who should co-sign?').selectOption({ label: asked.name });
  await doctor.getByRole('button', { name: 'Ask to co-sign' }).click();
  await expect(doctor.getByText('asked, no answer yet')).toBeVisible();

  await colleague.goto('/doctor');
  await ready(colleague);
  await colleague.getByRole('link', { name: 'Notes to co-sign' }).click();
  await colleague.getByRole('link', { name: patientName }).click();
  await expect(colleague.getByText('Keep the skin dry.')).toBeVisible();
  await expect(colleague.getByText('The swab is negative.')).toBeVisible();
  await ready(colleague);
  await colleague.getByLabel('I send the notes back').check();
  await colleague.getByLabel('Your words to your colleague').fill('Which arm is worse?');
  await colleague.getByRole('button', { name: 'Send the answer' }).click();
  await expect(colleague).toHaveURL('/doctor/cosignatures');
  await expect(colleague.getByText('sent back')).toBeVisible();

  await doctor.goto(`/doctor/visits/${visit}/notes`);
  await expect(doctor.getByText('Which arm is worse?')).toBeVisible();
  await patient.goto(`/visits/${visit}/summary`);
  await expect(patient.getByText('The swab is negative.')).toBeVisible();
  await expect(patient.getByText('Which arm is worse?')).toHaveCount(0);
});

test('a sick note is written, looked at, issued, downloaded and withdrawn', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Kerensa Scribe');
  await newPatient(patient, 'Massen Resting');
  const visit = await bookSoon(patient, name, 'A rash on both arms.');
  await haveVisit(patient, doctor, visit);

  await doctor.goto(`/doctor/visits/${visit}/notes`);
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Write a letter' }).click();
  await expect(doctor).toHaveURL(`/doctor/visits/${visit}/letters/new`);
  await ready(doctor);
  await doctor.getByLabel('Sick note').check();
  // The form begins with today where the clinic is.
  const [first, last] = [doctor.getByRole('group', { name: 'First day' }), doctor.getByRole('group', { name: 'Last day' })];
  for (const part of ['Day', 'Month', 'Year']) await last.getByLabel(part, { exact: true }).fill(await first.getByLabel(part, { exact: true }).inputValue());
  await doctor.getByLabel('What does the letter say?').fill('Cannot work in the garden.');
  await doctor.getByRole('button', { name: 'Save and look at it' }).click();
  await expect(doctor).toHaveURL(/\/doctor\/letters\/[0-9a-f-]{36}$/);
  await expect(doctor.getByText('This letter is not issued yet')).toBeVisible();
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Issue the letter' }).click();
  await expect(doctor.getByRole('heading', { name: 'Withdraw the letter' })).toBeVisible();

  await patient.goto('/patient/documents');
  await ready(patient);
  await patient.getByRole('link', { name: /^Sick note LT-/ }).click();
  await expect(patient.getByText('Cannot work in the garden.')).toBeVisible();
  const [download] = await Promise.all([patient.waitForEvent('download'), patient.getByRole('link', { name: 'Download the PDF' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^lt-[0-9a-z-]+\.pdf$/);
  expect((await readFile(await download.path())).subarray(0, 5).toString()).toBe('%PDF-');

  await doctor.getByLabel('Why do you withdraw it?').fill('The wrong days.');
  await doctor.getByRole('button', { name: 'Withdraw the letter' }).click();
  await expect(doctor.getByText('This letter was withdrawn and does not count any more')).toBeVisible();
  await patient.reload();
  await expect(patient.getByText('The wrong days.')).toBeVisible();
});
