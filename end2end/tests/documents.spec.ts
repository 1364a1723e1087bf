// A patient adds a report from elsewhere while the network fails, and the doctor who treats them reads it.
import { readDemo } from './demo';
import { expect, patience, test } from './fixtures';
import { bookSoon, haveVisit, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** A PDF of one page with so many bytes of ballast in it. */
function pdf(ballast: number): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>',
    `<< /Length ${ballast} >>\nstream\n${' '.repeat(ballast)}\nendstream`,
  ];
  let text = '%PDF-1.5\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  const rows = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 5\n0000000000 65535 f \n${rows}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

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
