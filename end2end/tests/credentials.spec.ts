// A doctor applies and adds a document. An administrator reads it and asks for another; the doctor adds it, and is approved. Another doctor adds a photo, which
// patients see.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, mailTo, patience, test } from './fixtures';
import { inspectWhere } from './inspect';
import { pdf } from './pdf';
import { bookSoon, findDoctor, newApplicant, newDoctor, newPatient, openApplication, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Adds a PDF on the page of the application, and waits until it was checked. */
async function add(doctor: Page, proves: string, name: string, content: Buffer): Promise<void> {
  await doctor.getByLabel('What does the document prove?').selectOption({ label: proves });
  await doctor.getByLabel('Choose a file, or take a photo').setInputFiles({ name, mimeType: 'application/pdf', buffer: content });
  await doctor.getByRole('button', { name: 'Add the document' }).click();
  await expect(doctor.getByText(name)).toBeVisible({ timeout: patience(30_000) });
  await expect(async () => {
    await doctor.goto('/doctor');
    await expect(doctor.getByRole('link', { name })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: patience(60_000) });
  await ready(doctor);
}

test('an administrator asks an applicant for another document, and approves when it is there', async ({ page: doctor, person }) => {
  test.slow();
  const looked = inspectWhere(true);
  const { name, email } = await newApplicant(doctor, 'Dr Kerensa Proving');
  await doctor.goto('/doctor');
  await ready(doctor);
  const licence = pdf(500);
  await add(doctor, 'My licence', 'licence.pdf', licence);
  await looked(doctor, 'an application with a document');

  const admin = await person();
  await signedIn(admin, 'admin');
  await openApplication(admin, name);
  await ready(admin);
  const link = admin.getByRole('link', { name: 'licence.pdf' });
  await expect(link).toBeVisible();
  const answer = await admin.context().request.get((await link.getAttribute('href'))!);
  expect((await answer.body()).equals(licence)).toBe(true);
  await looked(admin, 'an application with a document, for its review');
  await admin.getByRole('link', { name: 'Ask for more' }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toContainText(`Ask ${name} for more`);
  await ready(admin);
  await admin.getByLabel('Message to the doctor').fill('Send us your diploma too.');
  await admin.getByRole('button', { name: 'Send the request' }).click();
  await expect(admin.getByText(`You have asked ${name} for more`)).toBeVisible();
  expect((await mailTo(doctor, email, /We need something more/)).text).toContain('Send us your diploma too.');

  await doctor.goto('/doctor');
  await expect(doctor.getByText('Send us your diploma too.')).toBeVisible();
  await ready(doctor);
  await add(doctor, 'My qualifications', 'diploma.pdf', pdf(700));
  await expect(doctor.getByText('We are checking your application')).toBeVisible();
  await expect(doctor.getByRole('link', { name: 'licence.pdf' })).toBeVisible();

  await openApplication(admin, name);
  await ready(admin);
  await expect(admin.getByRole('link', { name: 'diploma.pdf' })).toBeVisible();
  await admin.getByRole('link', { name: 'Approve' }).click();
  await ready(admin);
  await admin.getByLabel('Clinic').selectOption({ label: 'Riverside Clinic, United Kingdom (GBP)' });
  await admin.getByLabel('Fee for one visit').fill('60');
  await admin.getByLabel('Message to the doctor').fill('Both documents are right.');
  await admin.getByRole('button', { name: 'Approve this doctor' }).click();
  await expect(admin.getByText(`${name} is approved`)).toBeVisible();
});

test('a doctor adds a photo, which patients see next to the name', async ({ page: doctor, person }) => {
  test.slow();
  const { name } = await newDoctor(doctor, 'Dr Demelza Seen');
  await doctor.goto('/doctor/profile');
  await ready(doctor);
  // Drawn by the browser, so that it is a real picture.
  const picture = await doctor.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 300, height: 200 });
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = 'teal';
    pen.fillRect(0, 0, 300, 200);
    const drawn = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/jpeg'));
    return [...new Uint8Array(await drawn!.arrayBuffer())];
  });
  await doctor.getByLabel('Choose a photo, or take one').setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(picture) });
  await doctor.getByRole('button', { name: 'Add the photo' }).click();
  const own = doctor.getByRole('img', { name: 'Your photo as everyone sees it' });
  await expect(async () => {
    if (!(await own.isVisible())) await expect(own).toBeVisible({ timeout: patience(15_000) });
  }).toPass({ timeout: patience(60_000) });
  await inspectWhere(true)(doctor, 'a profile with a photo');

  const patient = await person();
  await newPatient(patient, 'Jory Looking');
  await findDoctor(patient, name);
  const photo = patient.locator('img.face').first();
  await expect(photo).toBeVisible();
  expect(await photo.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth === image.naturalHeight))).toBe(true);

  // In the waiting room the patient sees whom they will meet.
  const visit = await bookSoon(patient, name, 'A small cough.');
  await patient.goto(`/visits/${visit}`);
  await ready(patient);
  await expect(patient.locator('main img.face')).toBeVisible();
});
