// Visits at an online meeting: the doctor offers them, a patient books one and reads from when on the link is shown, the doctor and reception enter the link.
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { bookSoon, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('the clinic enters the link to a meeting, which the patient does not see before it is time', async ({ page: patient, person, complaints }) => {
  test.slow();
  complaints.allow(/422/);
  const looked = inspectWhere(true);
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Kerra Meeting');
  await doctor.goto('/doctor/visit-types');
  await doctor.getByRole('link', { name: /^Change/ }).first().click();
  await ready(doctor);
  await doctor.getByRole('radio', { name: 'Online meeting' }).check({ force: true });
  await doctor.getByLabel('Link to your online meeting').fill('http://meet.example/room');
  await doctor.getByRole('button', { name: 'Save this type' }).click();
  await expect(doctor.getByRole('alert').first()).toContainText('Enter a link that begins with https://');
  await doctor.getByLabel('Link to your online meeting').fill('https://meet.example/room');
  await doctor.getByRole('button', { name: 'Save this type' }).click();
  await expect(doctor.getByText('Your types of visits are saved')).toBeVisible();

  const { email } = await newPatient(patient, 'Tegen Calling');
  await bookSoon(patient, name, 'A cough since Monday.', 3);
  const mail = await mailTo(patient, email, /^Your appointment on/);
  expect(mail.text).toContain('at an online meeting');
  expect(mail.text).not.toContain('meet.example');
  await patient.goto('/appointments');
  await ready(patient);
  await patient.locator('main a[href^="/appointments/"]').first().click();
  const main = patient.getByRole('main');
  await expect(main).toContainText('Online meeting');
  await expect(main).toContainText('You see the link to the meeting here from');
  expect(await patient.content()).not.toContain('meet.example');
  await looked(patient, 'a visit at an online meeting');
  const id = new URL(patient.url()).pathname.split('/').at(-1)!;

  await doctor.goto(`/doctor/appointments/${id}`);
  await ready(doctor);
  await doctor.getByRole('textbox', { name: /^Link to the meeting/ }).fill('https://meet.example/own');
  await doctor.getByRole('button', { name: 'Save the link' }).click();
  await expect(doctor.getByText('The link to the meeting is saved')).toBeVisible();
  await looked(doctor, 'the link to a meeting is entered');

  const desk = await person();
  await signedIn(desk, 'receptionist', 'desk');
  const day = new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  await desk.goto(`/desk?day=${day}&meeting=${id}`);
  await ready(desk);
  await expect(desk.getByRole('main')).toContainText('A link is entered. You can replace it.');
  await desk.getByRole('textbox', { name: /^Link to the meeting/ }).fill('https://meet.example/desk');
  await desk.getByRole('button', { name: 'Save the link' }).click();
  await expect(desk.getByRole('button', { name: 'Save the link' })).toHaveCount(0);
});
