// A doctor opens the record of a patient with whom they have no visit: with a reason, for an hour. The patient is told, and an administrator reviews it.
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const REASON = 'Found unconscious in the street. I need to know the allergies.';

test('a record is opened in an emergency, closed again, and reviewed', async ({ page: doctor, person, complaints }) => {
  test.slow();
  const [patient, admin] = [await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Kerensa Urgent');
  const { name: called, email } = await newPatient(patient, 'Jory Found');
  await signedIn(admin, 'admin');
  await admin.goto('/admin/people');
  await ready(admin);
  await admin.getByLabel('Name, email address or number').fill(email);
  await admin.getByRole('button', { name: 'Search' }).click();
  await admin.getByRole('link', { name: called }).first().click();
  await expect(admin.getByRole('heading', { name: called })).toBeVisible();
  const number = await admin.locator('dt', { hasText: /^Number$/ }).locator('+ dd').innerText();

  await doctor.goto('/doctor');
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Open a record in an emergency' }).click();
  await ready(doctor);
  const open = doctor.getByRole('button', { name: 'Open the record' });
  complaints.allow(/422/);
  await open.click();
  await expect(doctor.getByText('Write why you need the record now').first()).toBeVisible();
  await doctor.getByLabel('Person number').fill(number);
  for (const [part, value] of [['Day', '31'], ['Month', '3'], ['Year', '1980']] as const) await doctor.getByLabel(part, { exact: true }).fill(value);
  await doctor.getByLabel('Why do you need the record now?').fill(REASON);
  await open.click();
  await expect(doctor.getByRole('heading', { name: called })).toBeVisible();
  await expect(doctor.getByText('This record is open because of an emergency')).toBeVisible();
  const record = doctor.url();
  await mailTo(patient, email, /opened in an emergency/);

  await doctor.getByRole('button', { name: 'Close the record now' }).click();
  await doctor.waitForURL('**/doctor');
  const closed = await doctor.request.get(record);
  expect(closed.status(), 'the record is closed').toBe(404);

  await admin.goto('/admin/emergencies');
  await ready(admin);
  const access = admin.getByRole('listitem').filter({ hasText: name });
  await expect(access.getByText(REASON)).toBeVisible();
  await access.getByRole('button', { name: 'It was justified' }).click();
  await expect(access.getByText('Justified', { exact: true })).toBeVisible();
  await expect(access.getByRole('button')).toHaveCount(0);
});
