// A doctor keeps a phrase, writes it in a note, adds a template, and sees what changed between the versions.
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { bookSoon, haveVisit, newDoctor, newPatient, ready } from './people';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a phrase and a template go into a note', async ({ page: patient, person, complaints }) => {
      test.slow();
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      const doctor = await person({ javaScriptEnabled });
      const { name } = await newDoctor(doctor, javaScriptEnabled ? 'Dr Morwenna Phrase' : 'Dr Jenifer Plain');
      await newPatient(patient, javaScriptEnabled ? 'Tegen Noted' : 'Demelza Noted');
      const visit = await bookSoon(patient, name, 'An itch.');
      await haveVisit(patient, doctor, visit);

      await doctor.goto(`/doctor/visits/${visit}/notes`);
      await doctor.getByRole('link', { name: 'Your phrases' }).click();
      await expect(doctor.getByText('No phrases yet.')).toBeVisible();
      await ready(doctor);
      await doctor.getByLabel('Short word').fill('itchy');
      await doctor.getByLabel('Text', { exact: true }).fill('Itching at night.');
      await doctor.getByRole('button', { name: 'Save the phrase' }).click();
      await expect(doctor.getByRole('link', { name: '.itchy' })).toBeVisible();

      await doctor.goto(`/doctor/visits/${visit}/notes`);
      await ready(doctor);
      const plan = doctor.getByLabel('What happens next');
      await plan.fill('Keep the skin dry. ');
      await plan.press('End');
      await plan.pressSequentially('.itchy ');
      if (javaScriptEnabled) await expect(plan).toHaveValue('Keep the skin dry. Itching at night. ');
      await doctor.getByLabel('Template', { exact: true }).selectOption('New complaint');
      await doctor.getByRole('button', { name: 'Add the template' }).click();
      await expect(doctor.getByLabel('Assessment')).toHaveValue(/^Most likely:/);
      await expect(doctor.getByLabel('What happens next')).toHaveValue(/^Keep the skin dry\. Itching at night\.\n\nTreatment:/);

      await doctor.locator('summary', { hasText: /^\s*Version 2, / }).click();
      await doctor.locator('summary', { hasText: 'What changed since version 1' }).click();
      await expect(doctor.locator('ins').filter({ hasText: 'Itching at night.' })).toBeVisible();
    });
  });
}
