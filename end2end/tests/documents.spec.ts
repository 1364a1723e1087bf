// A patient adds a report from elsewhere while the network fails, and the doctor who treats them reads it.
import { readDemo } from './demo';
import { expect, patience, test } from './fixtures';
import { pdf } from './pdf';
import { bookSoon, haveVisit, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a report arrives although the network fails, and the doctor reads it', async ({ page: patient, person, complaints }) => {
  test.slow();
  complaints.allow(/ERR_INTERNET_DISCONNECTED|parts\/2/);
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Morwenna Reading');
  await newPatient(patient, 'Jago Sending');
  const visit = await bookSoon(patient, name, 'A cough.');
  await haveVisit(patient, doctor, visit);

  await patient.goto('/patient');
  await ready(patient);
  await patient.getByRole('link', { name: 'Documents in your record' }).click();
  await expect(patient.getByText('No documents yet')).toBeVisible();
  await ready(patient);
  const sent: string[] = [];
  let cut = true;
  await patient.route('**/uploads/*/parts/*', async route => {
    const number = route.request().url().split('/').at(-1)!;
    sent.push(number);
    if (number === '2' && cut) {
      cut = false;
      await route.abort('internetdisconnected');
    } else {
      await route.continue();
    }
  });
  const report = pdf(2_500_000);
  await patient.getByLabel('Choose a file, or take a photo').setInputFiles({ name: 'report.pdf', mimeType: 'application/pdf', buffer: report });
  await patient.getByRole('button', { name: 'Add the document' }).click();
  const link = patient.getByRole('link', { name: 'report.pdf' });
  await expect(async () => {
    if (!(await link.isVisible())) await expect(link).toBeVisible({ timeout: patience(15_000) });
  }).toPass({ timeout: patience(60_000) });
  // What had arrived before was not sent again.
  expect(sent).toEqual(['1', '2', '2', '3']);
  await expect(patient.getByRole('listitem').filter({ has: link })).toContainText('Pages: 1');

  await doctor.goto(`/doctor/visits/${visit}/notes`);
  await doctor.locator('main a[href^="/doctor/patients/"]').first().click();
  await doctor.getByRole('link', { name: 'Documents', exact: true }).click();
  const read = doctor.getByRole('link', { name: 'report.pdf' });
  await expect(read).toBeVisible();
  const answer = await doctor.context().request.get((await read.getAttribute('href'))!);
  expect(answer.status()).toBe(200);
  expect((await answer.body()).equals(report)).toBe(true);
});
