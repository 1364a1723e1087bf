// What a visit costs: an admin sets the fee, the doctor changes it, and everybody reads how much it is and how it is paid before they book.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { book, chooseTime, coined, findDoctor, giveReason, newApplicant, newPatient, openApplication, ready, setHours, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The doctor opens their profile by the account menu. */
async function openProfile(doctor: Page): Promise<void> {
  await doctor.goto('/doctor');
  await ready(doctor);
  await doctor.getByRole('button', { name: /: your account$/ }).click();
  await doctor.getByRole('link', { name: 'Your profile' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Your profile');
  await ready(doctor);
}

async function saveProfile(doctor: Page): Promise<void> {
  await doctor.getByRole('button', { name: 'Save your profile' }).click();
  await expect(doctor.getByText('Your profile is saved')).toBeVisible();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS));
    const looked = inspectWhere(javaScriptEnabled);

    test('a doctor is approved with a fee, changes it, and patients know what they pay', async ({ page: patient, person }) => {
      test.slow();
      const [doctor, admin] = [await person(), await person()];
      const { name } = await newApplicant(doctor, coined('Dr Tegen Priced'));
      // Nothing is to be done now: the form is folded, and there are no ways that only lead here.
      await doctor.goto('/doctor/hours');
      await expect(doctor.getByRole('heading', { name: 'We are checking your application' })).toBeVisible();
      await expect(doctor.getByLabel('Licence number')).toBeHidden();
      await expect(doctor.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
      await looked(doctor, 'an application that waits');
      await doctor.getByText('Correct your application').click();
      await expect(doctor.getByLabel('Licence number')).toBeVisible();

      await signedIn(admin, 'admin');
      await openApplication(admin, name);
      await admin.getByRole('link', { name: 'Approve' }).click();
      await ready(admin);
      await admin.getByLabel('Clinic').selectOption({ label: 'Riverside Clinic, United Kingdom (GBP)' });
      await admin.getByLabel('Message to the doctor').fill('Welcome to Riverside.');
      await admin.getByLabel('Fee for one visit').fill('0');
      await admin.getByRole('button', { name: 'Approve this doctor' }).click();
      await expect(admin.getByRole('alert').first()).toContainText('Enter a fee above 0, or tick "Free of charge"');
      await looked(admin, 'a fee of zero that nobody chose');
      await admin.getByLabel('Fee for one visit').fill('60');
      await admin.getByRole('button', { name: 'Approve this doctor' }).click();
      await expect(admin).not.toHaveURL(/approve/);

      await doctor.goto('/doctor');
      const left = doctor.locator('section').filter({ has: doctor.getByRole('heading', { name: 'Get ready for your patients' }) });
      await expect(left.getByRole('link')).toHaveText(['Set your working hours', 'Check your fee']);
      await expect(left).toContainText('£60.00, paid to the clinic after the visit');
      await looked(doctor, 'what a new doctor has to do');
      await setHours(doctor);
      await openProfile(doctor);
      await expect(doctor.getByLabel('Fee for one visit')).toHaveValue('60.00');
      await expect(doctor.getByLabel('Language of your visits')).toHaveValue('en');
      await looked(doctor, 'the profile of a doctor');
      await doctor.getByLabel('Fee for one visit').fill('72.50');
      await doctor.getByLabel('About you').fill('I take my time, and I explain in plain words.');
      await saveProfile(doctor);
      await expect(doctor.getByRole('main')).toContainText('£72.50, paid to the clinic after the visit');
      await doctor.getByRole('link', { name: 'See your page as patients see it' }).click();
      await expect(doctor.getByRole('heading', { level: 1 })).toHaveText(name);
      await doctor.goto('/doctor');
      await expect(doctor.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(left).toHaveCount(0);

      // A stranger, before there is an account.
      await patient.goto(`/doctors?name=${encodeURIComponent(name)}`);
      await expect(patient.getByRole('main')).toContainText('£72.50, paid after the visit');
      await patient.getByRole('link', { name: `See all times of ${name}` }).click();
      await expect(patient.getByRole('complementary')).toContainText('£72.50, paid to the clinic after the visit');
      await expect(patient.getByRole('complementary')).toContainText('I take my time, and I explain in plain words.');

      const { email } = await newPatient(patient, 'Wenna Paying');
      await findDoctor(patient, name);
      await chooseTime(patient);
      await giveReason(patient, 'A cough.');
      await expect(patient.getByRole('main')).toContainText('£72.50, paid to the clinic after the visit');
      await ready(patient);

      // The fee changes before the patient books: nothing is booked until they have seen the new one.
      await openProfile(doctor);
      await doctor.getByLabel('Fee for one visit').fill('');
      await doctor.getByRole('checkbox', { name: 'Free of charge' }).check();
      await saveProfile(doctor);
      await patient.getByRole('button', { name: 'Book this visit' }).click();
      await expect(patient.getByText('The fee has changed')).toBeVisible();
      await expect(patient.getByText('Free of charge', { exact: true })).toBeVisible();
      await looked(patient, 'a fee that has changed');
      await ready(patient);
      await book(patient);
      await expect(patient.getByText('Free of charge', { exact: true })).toBeVisible();
      expect((await mailTo(patient, email, /^Your appointment on/)).text).toContain('Fee: Free of charge');
    });
  });
}
