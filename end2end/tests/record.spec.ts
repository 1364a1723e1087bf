// The record of a patient: a doctor adds a coded problem, two tabs change it at once, a wrong entry is marked, and the patient reads the rest in plain words.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { bookSoon, newDoctor, newPatient, openFirstAppointment, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a doctor keeps the problem list, and the patient reads it', async ({ page: patient, person, complaints }) => {
  test.slow();
  // The second tab is refused, because it shows an earlier version.
  complaints.allow(/409/);
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Kerensa Keeper');
  await newPatient(patient, 'Jory Breathing');
  await bookSoon(patient, name, 'I wheeze at night.');

  await openFirstAppointment(doctor);
  await doctor.getByRole('link', { name: 'Allergies, medicines and earlier visits' }).click();
  await doctor.getByRole('link', { name: 'Record', exact: true }).click();
  await doctor.getByRole('link', { name: 'Add a health problem' }).click();
  await ready(doctor);
  await doctor.getByLabel('Search for a diagnosis').fill('J45.909');
  await doctor.getByRole('radio', { name: /^J45\.909/ }).check();
  await doctor.getByLabel('Still there').check();
  await doctor.getByLabel('Since').fill('2008');
  await doctor.getByLabel('A doctor or nurse found it').check();
  await doctor.getByRole('button', { name: 'Save the entry' }).click();
  await expect(doctor).toHaveURL(/\/record$/);
  const problems = doctor.locator('section', { has: doctor.getByRole('heading', { name: 'Health problems' }) });
  await expect(problems.getByText('J45.909')).toBeVisible();

  await problems.getByRole('link', { name: 'Change it, or see all versions' }).click();
  await expect(doctor).toHaveURL(/\/record\/[0-9a-f-]{36}$/);
  await ready(doctor);
  const second = await doctor.context().newPage();
  await second.goto(doctor.url());
  await ready(second);
  await doctor.getByLabel('Anything else').fill('Worse in spring.');
  await doctor.getByRole('button', { name: 'Save the entry' }).click();
  await expect(doctor.getByText('Version 2')).toBeVisible();
  await second.getByLabel('Anything else').fill('Worse in autumn.');
  await second.getByRole('button', { name: 'Save the entry' }).click();
  await expect(second.getByText('Someone changed this while you had it open').first()).toBeVisible();
  await expect(second.getByLabel('Anything else')).toHaveValue('Worse in autumn.');
  await second.close();

  await patient.goto('/patient');
  await ready(patient);
  await patient.getByRole('link', { name: 'Your record', exact: true }).click();
  await expect(patient.getByRole('heading', { name: 'Health problems' })).toBeVisible();
  await expect(patient.getByText('Worse in spring.')).toBeVisible();

  await doctor.getByText('This entry is wrong').click();
  await doctor.getByLabel('Why is it wrong?').fill('The problem of another person.');
  await doctor.getByRole('button', { name: 'Mark as entered in error' }).click();
  await expect(doctor.getByText('This was entered in error').first()).toBeVisible();
  await patient.reload();
  await expect(patient.getByText('Nothing is recorded yet')).toBeVisible();
});
