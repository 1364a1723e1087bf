// Visits that a doctor confirms first: the doctor says so for a type of visit, a patient asks, the doctor confirms.
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { bookSoon, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a doctor confirms a visit that a patient has asked for', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Peran Asked');
  await doctor.goto('/doctor/visit-types');
  await ready(doctor);
  await doctor.getByRole('button', { name: /^Ask me before it is booked/ }).click();
  await expect(doctor.getByRole('button', { name: /^Let patients book it without asking/ })).toBeVisible();

  const { email } = await newPatient(patient, 'Meraud Asking');
  await bookSoon(patient, name, 'A cough since Monday.', 3);
  await mailTo(patient, email, /^Requested: a visit on/);
  await patient.goto('/appointments');
  await ready(patient);
  await patient.locator('main a[href^="/appointments/"]').first().click();
  await expect(patient.getByText('The doctor has not confirmed this visit yet')).toBeVisible();
  const id = new URL(patient.url()).pathname.split('/').at(-1)!;
  await ready(patient);

  // Today leads to what waits for the doctor.
  await doctor.goto('/doctor');
  await ready(doctor);
  const toDo = doctor.getByRole('region', { name: 'Waiting for you' });
  await toDo.getByRole('link', { name: '1 visit to confirm' }).click();
  await expect(doctor).toHaveURL(`/doctor/appointments/${id}`);
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Confirm this visit' }).click();
  await expect(doctor.getByRole('button', { name: 'Confirm this visit' })).toHaveCount(0);
  await expect(patient.getByText('The doctor has not confirmed this visit yet')).toHaveCount(0);
  await mailTo(patient, email, /^Your appointment on/);
  await doctor.goto('/doctor');
  await ready(doctor);
  await expect(toDo).toHaveCount(0);
});
