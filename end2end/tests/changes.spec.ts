// A patient and a doctor see what was changed about them, with what it was before; a doctor hears of what an administrator changes.
import { readDemo } from './demo';
import { expect, mailTo, test } from './fixtures';
import { newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a patient sees each change of their details with what was there before', async ({ page }) => {
  const { name } = await newPatient(page, 'Merryn Changed');
  await page.goto('/account/profile');
  await ready(page);
  await page.getByLabel('Preferred name').fill('Mer');
  await page.getByRole('button', { name: 'Save your details' }).click();
  await expect(page.getByText('Your details are saved')).toBeVisible();
  await page.goto('/account');
  await page.getByRole('link', { name: 'Changes of your details' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Changes of your details');
  const row = page.getByRole('row').filter({ hasText: 'Preferred name' });
  await expect(row).toContainText('Nothing');
  await expect(row).toContainText('Mer');
  await expect(row).toContainText(name);
});

test('a doctor hears at once of the specialties that an administrator has changed, and sees what they were', async ({ page: doctor, person }) => {
  test.slow();
  const { email } = await newDoctor(doctor, 'Dr Kensa Special');
  await doctor.goto('/doctor/profile');
  await ready(doctor);
  const own = await doctor.getByRole('link', { name: 'See your page as patients see it' }).getAttribute('href');
  const bell = doctor.locator('a.bell');
  await expect(bell).toHaveAccessibleName('Notices');

  const admin = await person();
  await signedIn(admin, 'admin');
  await admin.goto(`/admin/applications/${own!.split('/').at(-1)!}`);
  await ready(admin);
  await admin.getByRole('link', { name: 'Change the specialties' }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Specialties of a doctor');
  await ready(admin);
  await admin.getByLabel('Second specialty').selectOption('Dermatology');
  await admin.getByRole('button', { name: 'Save the specialties' }).click();
  await expect(admin).toHaveURL(/\/admin\/applications\/[^/]+$/);
  await expect(admin.getByRole('main')).toContainText('Dermatology');

  await expect(bell).toHaveAccessibleName('Notices, 1 unread');
  await mailTo(doctor, email, /^Your specialties were changed/);
  await doctor.goto('/doctor/profile');
  await doctor.getByRole('link', { name: 'Changes of your profile' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Changes of your profile');
  await expect(doctor.getByRole('row').filter({ hasText: 'Specialties' })).toContainText('Dermatology');
});
