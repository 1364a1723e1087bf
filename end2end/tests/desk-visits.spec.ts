// Reception helps a patient on the phone: it confirms the visit that waits, finds it by the patient, gives it another time, and cancels it with a reason that the
// patient reads.
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { bookSoon, coined, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('reception confirms, moves and cancels a visit for a patient on the phone', async ({ page: desk, person }) => {
  test.slow();
  const looked = inspectWhere(true);
  const [doctor, patient] = [await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Demelza Phoned');
  await doctor.goto('/doctor/visit-types');
  await ready(doctor);
  await doctor.getByRole('button', { name: /^Ask me before it is booked/ }).click();
  await expect(doctor.getByRole('button', { name: /^Let patients book it without asking/ })).toBeVisible();
  const { name: who, email } = await newPatient(patient, coined('Jenifer'));
  await bookSoon(patient, name, 'A sore hip.', 3);

  await signedIn(desk, 'receptionist', 'desk');
  await desk.goto('/desk');
  await ready(desk);
  await desk.getByRole('link', { name: 'Visits to confirm' }).click();
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Visits to confirm');
  await desk.getByRole('link', { name: `Details of the visit of ${who}` }).click();
  await expect(desk).toHaveURL(/\/desk\/appointments\/[0-9a-f-]{36}$/);
  const id = new URL(desk.url()).pathname.split('/').at(-1)!;
  await ready(desk);
  await desk.getByRole('button', { name: 'Confirm this visit' }).click();
  await expect(desk.getByRole('button', { name: 'Confirm this visit' })).toHaveCount(0);
  await mailTo(patient, email, /^Your appointment on/);

  await desk.getByRole('main').getByRole('link', { name: who }).click();
  await expect(desk).toHaveURL(/\/desk\/patients\/[0-9a-f-]{36}$/);
  await desk.getByRole('link', { name: 'Visits of the patient' }).click();
  await desk.getByRole('link', { name: `Details of the visit of ${who}` }).click();
  await expect(desk).toHaveURL(`/desk/appointments/${id}`);
  await ready(desk);
  await looked(desk, 'a visit for reception');
  await expect(desk.getByRole('link', { name: 'Change the time' })).toHaveAttribute('href', `/desk/appointments/${id}/move`);
  const day = new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  await desk.goto(`/desk/appointments/${id}/move?day=${day}`);
  await ready(desk);
  await desk.getByRole('radio').last().check({ force: true });
  await desk.getByLabel('Message to the patient').fill('The doctor comes later that day.');
  await desk.getByRole('button', { name: 'Move the visit' }).click();
  await expect(desk.getByText('The visit has a new time')).toBeVisible();
  await expect(desk.getByRole('main')).toContainText('The doctor comes later that day.');
  await ready(desk);

  await desk.getByRole('link', { name: 'Cancel this visit' }).click();
  await expect(desk).toHaveURL(`/desk/appointments/${id}/cancel`);
  await ready(desk);
  await desk.getByLabel('Why?').fill('You asked us to cancel it.');
  await desk.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(desk.getByText('We have emailed the patient and the doctor.')).toBeVisible();
  await patient.goto(`/appointments/${id}`);
  await ready(patient);
  await expect(patient.getByRole('main')).toContainText('You asked us to cancel it.');
  await expect(patient.getByRole('definition').filter({ hasText: /^The clinic$/ })).toBeVisible();
});
