// Rooms for visits in the clinic: an administrator adds them, a booking gets one, reception gives another one. And a doctor books for a patient whom they treat: one
// visit, and a series that reaches the patient as one mail.
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { bookSoon, endRooms, haveVisit, meetsInClinic, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a visit in the clinic gets a room, and reception gives it another one', async ({ page: admin, person }) => {
  test.slow();
  const looked = inspectWhere(true);
  try {
    await signedIn(admin, 'admin');
    await admin.goto('/admin/clinics');
    await ready(admin);
    await admin.getByRole('link', { name: 'Riverside Clinic' }).click();
    await admin.getByRole('link', { name: 'Rooms for visits in the clinic' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Rooms');
    for (const room of ['Room 1', 'Room 2']) {
      await ready(admin);
      await admin.getByLabel('Name of the room').fill(room);
      await admin.getByRole('button', { name: 'Add the room' }).click();
      await expect(admin.getByRole('button', { name: new RegExp(`^End .*${room}`) })).toBeVisible();
    }

    const doctor = await person();
    const { name } = await newDoctor(doctor, 'Dr Morwenna Roomy');
    await meetsInClinic(doctor);
    const patient = await person();
    const { name: who } = await newPatient(patient, 'Jory Visiting');
    await bookSoon(patient, name, 'A sore knee.', 3);
    await patient.goto('/appointments');
    await ready(patient);
    await patient.locator('main a[href^="/appointments/"]').first().click();
    await expect(patient.getByRole('main')).toContainText('Room 1');

    const desk = await person();
    await signedIn(desk, 'receptionist', 'desk');
    const day = new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    await desk.goto(`/desk?day=${day}`);
    await ready(desk);
    await desk.getByRole('link', { name: `Room of the visit of ${who}` }).click();
    await expect(desk.getByRole('radio', { name: 'Room 1' })).toBeChecked();
    await looked(desk, 'the room of a visit');
    await desk.getByRole('radio', { name: 'Room 2' }).check({ force: true });
    await desk.getByRole('button', { name: 'Save the room' }).click();
    await expect(desk.locator('tr').filter({ hasText: who })).toContainText('Room 2');
    await patient.reload();
    await expect(patient.getByRole('main')).toContainText('Room 2');

    await admin.getByRole('button', { name: /^End .*Room 2/ }).click();
    await expect(admin.getByRole('main')).toContainText('1 visit');
  } finally {
    await endRooms(admin);
  }
});

test('a doctor books a visit and a series for a patient whom they treat', async ({ page: doctor, person }) => {
  test.slow();
  const { name } = await newDoctor(doctor, 'Dr Lowena Again');
  const patient = await person();
  const { name: who, email } = await newPatient(patient, 'Hedra Returning');
  await haveVisit(patient, doctor, await bookSoon(patient, name, 'A rash on my arm.'));

  await doctor.goto('/doctor/calendar');
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Book for a patient' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Book for your patient');
  await ready(doctor);
  await doctor.getByLabel('Name, number or phone').fill(who);
  await doctor.getByRole('button', { name: 'Search' }).click();
  await doctor.getByRole('link', { name: who }).click();
  await expect(doctor.getByRole('button', { name: 'Book the visit' })).toBeVisible();
  const booking = (await doctor.getByRole('link', { name: 'A week later' }).getAttribute('href'))!;
  await doctor.goto(booking);
  await ready(doctor);
  await expect(doctor.getByRole('radio', { checked: true })).toHaveCount(1);
  await doctor.getByLabel('Reason', { exact: true }).fill('To look at the rash again.');
  await doctor.getByRole('button', { name: 'Book the visit' }).click();
  await expect(doctor).toHaveURL(/\/doctor\/appointments\/[0-9a-f-]{36}\?booked=1/);
  await expect(doctor.getByText('The visit is booked')).toBeVisible();

  await doctor.goto(booking);
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Repeat this visit' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Repeat this visit');
  await ready(doctor);
  await doctor.getByLabel('How many visits?').fill('3');
  await doctor.getByRole('button', { name: 'Show the dates' }).click();
  await expect(doctor.getByRole('heading', { name: 'Dates', exact: true })).toBeVisible();
  await ready(doctor);
  await doctor.getByLabel('Reason', { exact: true }).fill('Light therapy.');
  await doctor.getByRole('button', { name: 'Book these 3 visits' }).click();
  await expect(doctor).toHaveURL(/\/doctor\/appointments\/[0-9a-f-]{36}\?booked=1/);
  await expect(doctor.getByRole('main')).toContainText('1 of 3');
  const mail = await mailTo(patient, email, /^Your 3 appointments from/);
  expect(mail.text).toContain('Visit 3');
});
