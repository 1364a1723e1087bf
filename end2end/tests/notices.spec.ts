// The bell counts live what others do, and a choice keeps mails away.
import { readDemo } from './demo';
import { expect, mailTo, mailbox, test } from './fixtures';
import { bookSoon, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a doctor sees at once what a patient books and cancels, and chooses not to be mailed about it', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person();
  const { name, email } = await newDoctor(doctor, 'Dr Tamsyn Told');
  const { email: patientsEmail } = await newPatient(patient, 'Merryn Telling');
  const bell = doctor.locator('a.bell');

  await doctor.goto('/account/notices/settings');
  await ready(doctor);
  await doctor.getByLabel('Emails about visits that are cancelled or do not take place').uncheck();
  await doctor.getByRole('button', { name: 'Save' }).click();
  await expect(doctor.getByText('Your choices are saved')).toBeVisible();
  await expect(doctor.getByText('There are no notices')).toBeVisible();
  await doctor.goto('/doctor');
  await ready(doctor);
  await expect(bell).toHaveAccessibleName('Notices');

  await bookSoon(patient, name, 'A cough since Monday.');
  await expect(bell).toHaveAccessibleName('Notices, 1 unread');
  await mailTo(doctor, email, /^Your appointment/);

  await patient.goto('/patient');
  await ready(patient);
  await patient.getByRole('link', { name: 'Details' }).first().click();
  await ready(patient);
  await patient.getByRole('link', { name: 'Cancel this visit' }).click();
  await patient.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(patient.getByText('Cancelled', { exact: true }).first()).toBeVisible();
  await expect(bell).toHaveAccessibleName('Notices, 2 unread');
  // Both mails would have been written together.
  await mailTo(patient, patientsEmail, /^Cancelled/);
  expect((await mailbox(doctor, email)).filter(mail => mail.subject.startsWith('Cancelled'))).toEqual([]);

  await bell.click();
  await expect(doctor).toHaveURL(/\/account\/notices$/);
  await ready(doctor);
  const newest = doctor.locator('main li').first();
  await expect(newest).toContainText('A visit was cancelled');
  await newest.getByRole('button', { name: 'Mark as read' }).click();
  await expect(bell).toHaveAccessibleName('Notices, 1 unread');
  await ready(doctor);
  await doctor.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(doctor.getByRole('button', { name: /^Mark as read/ })).toHaveCount(0);
  await expect(bell).toHaveAccessibleName('Notices');
});
