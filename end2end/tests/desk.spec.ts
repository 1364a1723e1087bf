// Reception: a patient without an account is registered, compared with one who is known, gets a letter, and claims the record.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { inspectWhere } from './inspect';
import { coined, newPatient, ready, registerAtDesk, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Types the code of a letter and a date of birth, and sends them. */
async function claim(patient: Page, code: string): Promise<void> {
  await patient.getByLabel('Code from the letter').fill(code);
  await patient.getByLabel('Day').fill('31');
  await patient.getByLabel('Month').fill('3');
  await patient.getByLabel('Year').fill('1980');
  await patient.getByRole('button', { name: 'Add the record' }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });
    const looked = inspectWhere(javaScriptEnabled);

    test('a patient is registered at the desk and claims the record', async ({ page: desk, person, complaints }) => {
      test.slow();
      // The first name is short, so that nobody else of this name is taken for the same person.
      const name = coined('Jo');
      await signedIn(desk, 'receptionist', 'desk');
      await desk.goto('/desk');
      await ready(desk);
      await desk.getByRole('link', { name: 'Patients', exact: true }).click();
      await ready(desk);
      await desk.getByLabel('Name, number or phone').fill(name);
      await desk.getByRole('button', { name: 'Search' }).click();
      await expect(desk.getByText('No patient of your clinic matches')).toBeVisible();
      await looked(desk, 'a search that finds nobody');

      await registerAtDesk(desk, name);
      await expect(desk.getByText('The patient is registered')).toBeVisible();
      await looked(desk, 'a registered patient');
      await registerAtDesk(desk, name);
      await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Is it one of these patients?');
      await ready(desk);
      await looked(desk, 'likely duplicates');
      await desk.getByLabel(`Yes, it is ${name}`).check();
      await desk.getByRole('button', { name: 'Continue' }).click();
      await expect(desk.getByText('The patient is now registered at your clinic')).toBeVisible();
      await ready(desk);

      await desk.getByRole('button', { name: 'Make a code and print the letter' }).click();
      await expect(desk.getByRole('img', { name: /Barcode of the number/ })).toBeVisible();
      await looked(desk, 'the label and the letter');
      const code = (await desk.locator('dd strong').textContent())!;
      expect(code).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/);

      const patient = await person();
      await newPatient(patient, name);
      await patient.goto('/account');
      await ready(patient);
      await patient.getByRole('link', { name: 'Add a record with a code from your clinic' }).click();
      await ready(patient);
      complaints.allow(/422/);
      await claim(patient, '00000-00000');
      await expect(patient.getByRole('alert').first()).toBeVisible();
      await looked(patient, 'a wrong code');
      await claim(patient, code);
      await expect(patient.getByText('It now belongs to your account.')).toBeVisible();

      await desk.goto(new URL(desk.url()).pathname.replace(/\/letter$/, ''));
      await expect(desk.getByText('This patient has an account and keeps these details there.')).toBeVisible();
    });
  });
}
