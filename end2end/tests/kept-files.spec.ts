// A patient replaces a document, marks it and brings it back; an administrator puts it under a legal hold, and then it cannot be marked.
import { readDemo } from './demo';
import { expect, patience, test } from './fixtures';
import { inspectWhere } from './inspect';
import { bookSoon, coined, haveVisit, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a document is replaced, marked, brought back and kept for a legal reason', async ({ page: patient, person, complaints }) => {
  test.slow();
  complaints.allow(/409/);
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Morwenna Keeping');
  await newPatient(patient, coined('Jago Keeping'));
  // A patient of the clinic, so that its administrators find the record.
  const visit = await bookSoon(patient, name, 'A cough.');
  await haveVisit(patient, doctor, visit);
  await doctor.goto(`/doctor/visits/${visit}/notes`);
  const record = await doctor.locator('main a[href^="/doctor/patients/"]').first().getAttribute('href');
  const id = record!.split('/').at(-1)!;

  const text = (file: string) => ({ name: file, mimeType: 'text/plain', buffer: Buffer.from(`This is ${file}.`) });
  const shows = async (file: string) =>
    expect(async () => {
      await patient.goto('/patient/documents');
      await expect(patient.getByRole('link', { name: file, exact: true })).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: patience(60_000) });
  await patient.goto('/patient/documents');
  await ready(patient);
  await patient.getByLabel('Choose a file, or take a photo').setInputFiles(text('first.txt'));
  await patient.getByRole('button', { name: 'Add the document' }).click();
  await expect(patient.getByText('first.txt').first()).toBeVisible({ timeout: patience(30_000) });
  await shows('first.txt');
  await ready(patient);
  await patient.getByText('Add a newer version of a document').click();
  await patient.getByLabel('Choose the newer version').setInputFiles(text('second.txt'));
  await patient.getByRole('button', { name: 'Add the newer version' }).click();
  await expect(patient.getByText('second.txt').first()).toBeVisible({ timeout: patience(30_000) });
  await shows('second.txt');
  await ready(patient);
  await patient.getByText('Earlier versions').click();
  const earlier = patient.getByRole('link', { name: 'first.txt', exact: true });
  await expect(earlier).toBeVisible();
  const answer = await patient.context().request.get((await earlier.getAttribute('href'))!);
  expect(await answer.text()).toBe('This is first.txt.');
  await inspectWhere(true)(patient, 'a document with an earlier version');

  const mark = async () => {
    await patient.getByText('A document does not belong here').click();
    await patient.getByLabel('second.txt').check();
    await patient.getByLabel('Why does it not belong here?').fill('The report of another person');
    await patient.getByRole('button', { name: 'Mark as entered in error' }).click();
  };
  await mark();
  await expect(patient.getByText('Documents that you marked as entered in error')).toBeVisible();
  await patient.getByText('Documents that you marked as entered in error').click();
  await patient.getByRole('button', { name: 'Bring back' }).click();
  // Leaving the page earlier would cancel the request.
  await expect(patient.getByText('Documents that you marked as entered in error')).toHaveCount(0);
  await shows('second.txt');

  const admin = await person();
  await signedIn(admin, 'admin');
  await admin.goto(`/carers?patient=${id}`);
  await admin.getByRole('link', { name: 'Files and legal holds' }).click();
  await ready(admin);
  await admin.getByLabel('Set a legal hold').check();
  await admin.getByLabel('All files of this patient that are here now').check();
  await admin.getByLabel('Why?').fill('A lawsuit');
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByText('A lawsuit').first()).toBeVisible();
  await expect(admin.getByText('second.txt')).toHaveCount(0);

  await patient.goto('/patient/documents');
  await ready(patient);
  await mark();
  await expect(patient.getByText('kept for a legal reason').first()).toBeVisible();
});
