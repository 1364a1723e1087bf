// A doctor whose last licence is withdrawn is told so and offers no times. A renewed licence, once it is approved, brings everything back.
import type { Page } from '@playwright/test';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { findDoctor, freeDays, newDoctor, newPatient, ready, signedIn } from './people';

/** Opens the licence of a doctor in the administrators' list of one state. */
async function openLicence(admin: Page, state: string, name: string): Promise<void> {
  const further = admin.getByRole('link', { name: 'Next page' });
  for (let path: string | null = `/admin/licences?state=${state}`; path; path = (await further.count()) ? await further.getAttribute('href') : null) {
    await admin.goto(path);
    const link = admin.getByRole('link', { name });
    if (!(await link.count())) continue;
    await ready(admin);
    await link.first().click();
    await expect(admin.getByRole('heading', { level: 1 })).toContainText(name);
    await ready(admin);
    return;
  }
  throw new Error(`no licence of ${name} is ${state}`);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /4(09|22)/ : WITHOUT_SCRIPTS));
    const looked = inspectWhere(javaScriptEnabled);

    test('without a valid licence a doctor is warned and offers no times, until a renewed one is approved', async ({ page: doctor, person, complaints }) => {
      test.slow();
      complaints.allow(/409/);
      const { name, email, licence } = await newDoctor(doctor, 'Dr Meraud Lapsed');
      const [admin, patient] = [await person(), await person()];
      await newPatient(patient, 'Jenifry Waiting');
      await findDoctor(patient, name);
      const times = new URL(patient.url()).pathname;
      await expect(freeDays(patient).first()).toBeVisible();

      await signedIn(admin, 'admin');
      await openLicence(admin, 'approved', name);
      await admin.getByRole('radio', { name: 'Withdraw it' }).check();
      await admin.getByRole('button', { name: 'Save the decision' }).click();
      await expect(admin.getByRole('alert').first()).toContainText('Write a message to the doctor');
      await admin.getByLabel('Message to the doctor').fill('The council has withdrawn it.');
      await looked(admin, 'the review of a licence');
      await admin.getByRole('button', { name: 'Save the decision' }).click();
      await expect(admin.getByText('Your decision is saved')).toBeVisible();
      expect((await mailTo(doctor, email, /needs your attention/)).text).toContain('The council has withdrawn it.');

      await doctor.goto('/doctor');
      await expect(doctor.getByRole('alert').first()).toContainText('You have no valid licence');
      await looked(doctor, 'a day without a valid licence');
      await patient.goto(times);
      await expect(patient.getByText('This doctor cannot be booked at the moment')).toBeVisible();

      await doctor.getByRole('link', { name: 'Open your licences' }).click();
      await expect(doctor.getByText('The council has withdrawn it.')).toBeVisible();
      await ready(doctor);
      await looked(doctor, 'licences, none of which is valid');
      await doctor.getByRole('link', { name: `Correct licence ${licence}` }).click();
      await expect(doctor.getByLabel('Licence number')).toHaveValue(licence);
      await ready(doctor);
      const lastDay = doctor.getByRole('group', { name: 'Last day of the licence' });
      await lastDay.getByLabel('Year').fill('2020');
      await doctor.getByRole('button', { name: 'Send the licence' }).click();
      await expect(doctor.getByRole('alert').first()).toContainText('Last day of the licence');
      await lastDay.getByLabel('Year').fill(String(new Date().getFullYear() + 4));
      await doctor.getByRole('button', { name: 'Send the licence' }).click();
      await expect(doctor.getByText('Your licence is sent')).toBeVisible();

      await openLicence(admin, 'waiting', name);
      await admin.getByRole('radio', { name: 'Approve it' }).check();
      await admin.getByRole('button', { name: 'Save the decision' }).click();
      await expect(admin.getByText('Your decision is saved')).toBeVisible();
      await mailTo(doctor, email, /Your licence was approved/);
      await doctor.goto('/doctor/licences');
      await expect(doctor.getByText('You have no valid licence')).toHaveCount(0);
      await doctor.getByRole('link', { name: 'Changes of your profile and your licences' }).click();
      const changes = doctor.getByRole('row').filter({ hasText: `General Medical Council ${licence}` });
      await expect(changes.filter({ hasText: 'Last day of the licence' })).toHaveCount(1);
      await expect(changes.filter({ hasText: 'Review of the licence' }).last()).toContainText(/Approved.*Not accepted/s);
      await patient.goto(times);
      await expect(freeDays(patient).first()).toBeVisible();
    });
  });
}
