// A patient tells how they want to be called and whom to call in an emergency, and the doctor who treats them sees it.
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { bookSoon, haveVisit, newDoctor, newPatient, ready } from './people';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a patient tells about themselves, and half an emergency contact is refused', async ({ page, complaints }) => {
      complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS);
      await newPatient(page, 'Kerensa Called');
      await page.goto('/account');
      await ready(page);
      await page.getByRole('link', { name: 'About you and your emergency contact' }).click();
      await expect(page.getByLabel('Preferred name')).toHaveValue('');
      await ready(page);
      await page.getByLabel('Preferred name').fill('Kez');
      await page.getByLabel('Sex').selectOption('Female');
      await page.getByLabel('Name of your emergency contact').fill('Jory Called');
      await page.getByRole('button', { name: 'Save your details' }).click();
      await expect(page.getByRole('alert').first()).toContainText('Enter the phone number of your emergency contact');
      await expect(page.getByLabel('Preferred name')).toHaveValue('Kez');
      await page.getByLabel('Phone number of your emergency contact').fill('+44 7700 900124');
      await page.getByRole('button', { name: 'Save your details' }).click();
      await expect(page.getByText('Your details are saved')).toBeVisible();
      await page.goto('/account/profile');
      await expect(page.getByLabel('Phone number of your emergency contact')).toHaveValue('+447700900124');
      await expect(page.getByLabel('Sex')).toHaveValue('female');
    });
  });
}

test('who treats the patient sees the preferred name and the emergency contact', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Tamsyn Caring');
  await newPatient(patient, 'Elowen Told');
  await patient.goto('/account/profile');
  await ready(patient);
  await patient.getByLabel('Preferred name').fill('Wen');
  await patient.getByLabel('Name of your emergency contact').fill('Piran Told');
  await patient.getByLabel('Phone number of your emergency contact').fill('+44 7700 900125');
  await patient.getByRole('button', { name: 'Save your details' }).click();
  await expect(patient.getByText('Your details are saved')).toBeVisible();
  const visit = await bookSoon(patient, name, 'A cough.');
  await haveVisit(patient, doctor, visit);
  await doctor.goto(`/doctor/visits/${visit}/notes`);
  await doctor.locator('main a[href^="/doctor/patients/"]').first().click();
  await expect(doctor.getByRole('main')).toContainText('Wen');
  await expect(doctor.getByRole('main')).toContainText('Piran Told');
  await expect(doctor.getByRole('main')).toContainText('+447700900125');
});
