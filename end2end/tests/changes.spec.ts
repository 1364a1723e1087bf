// A patient and a doctor see what they have changed about themselves, with what it was before.
import { expect, test } from './fixtures';
import { newDoctor, newPatient, ready } from './people';

test('a patient and a doctor see each change with what was there before', async ({ page: patient, person }) => {
  test.slow();
  const { name } = await newPatient(patient, 'Merryn Changed');
  await patient.goto('/account/profile');
  await ready(patient);
  await patient.getByLabel('Preferred name').fill('Mer');
  await patient.getByRole('button', { name: 'Save your details' }).click();
  await expect(patient.getByText('Your details are saved')).toBeVisible();
  await patient.goto('/account');
  await patient.getByRole('link', { name: 'Changes of your details' }).click();
  await expect(patient.getByRole('heading', { level: 1 })).toHaveText('Changes of your details');
  const row = patient.getByRole('row').filter({ hasText: 'Preferred name' });
  await expect(row).toContainText('Nothing');
  await expect(row).toContainText('Mer');
  await expect(row).toContainText(name);

  const doctor = await person();
  await newDoctor(doctor, 'Dr Merryn Qualified');
  await doctor.goto('/doctor/profile');
  await ready(doctor);
  await doctor.getByLabel('Qualifications').fill('MBBS, London');
  await doctor.getByRole('button', { name: 'Save your profile' }).click();
  await expect(doctor.getByText('Your profile is saved')).toBeVisible();
  await doctor.getByRole('link', { name: 'Changes of your profile' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Changes of your profile');
  await expect(doctor.getByRole('row').filter({ hasText: 'Qualifications' })).toContainText('MBBS, London');
});
