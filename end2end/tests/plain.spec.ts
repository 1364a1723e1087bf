// The whole path without JavaScript: a doctor applies and is approved, a patient signs up and books, and the doctor works on the visit, from the waiting patient
// to a cancelled prescription. Only the call itself needs scripts.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { PASSWORD, applyAsDoctor, approveOnPage, bookOnPage, coined, setHoursOnPage, signUpAsPatient } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');
test.use({ javaScriptEnabled: false });

test('a visit without JavaScript: admitted, documented, ended, prescribed, signed, cancelled', async ({ page: patient, person, complaints }) => {
  test.setTimeout(180_000);
  complaints.allow(WITHOUT_SCRIPTS);
  const [doctor, admin] = [await person(), await person()];
  const name = coined('Dr Solveig Plain');
  await applyAsDoctor(doctor, name);
  await approveOnPage(admin, name);
  await setHoursOnPage(doctor);
  await signUpAsPatient(patient, 'Ottilie Paper');
  const visit = await bookOnPage(patient, name, 'A rash on both arms.');

  await patient.goto(`/visits/${visit}`);
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  await doctor.goto('/doctor');
  await doctor.locator('[data-who-waits]').getByRole('link', { name: 'Open the visit' }).click();
  await doctor.getByRole('button', { name: 'Admit' }).click();

  await doctor.getByLabel('What happens next').fill('Keep the skin dry.');
  await doctor.getByRole('button', { name: 'Save the notes' }).click();
  await expect(doctor.getByText(/Version 1 was saved/)).toBeVisible();
  await doctor.getByLabel('Search for a diagnosis').fill('allergic contact dermatitis');
  await doctor.getByRole('search').getByRole('button', { name: 'Search' }).click();
  await doctor.getByRole('button', { name: 'Add L23.9', exact: true }).click();
  await expect(doctor.getByRole('button', { name: 'Remove L23.9' })).toBeVisible();
  const end = doctor.getByRole('button', { name: 'End the visit for both' });
  // The doctor must say how the visit ends, and the notes stay when the form is refused.
  await end.click();
  await expect(doctor.getByRole('alert').first()).toBeVisible();
  await expect(doctor.getByLabel('What happens next')).toHaveValue('Keep the skin dry.');
  await doctor.getByLabel('With the diagnoses chosen above').check({ force: true });
  await end.click();
  await expect(doctor).toHaveURL(/\/prescription\?ended=1$/);
  await patient.reload();
  await expect(patient.getByRole('heading', { name: 'The visit has ended' })).toBeVisible();

  const add = doctor.getByRole('button', { name: 'Add this medicine' });
  await doctor.getByLabel('Medicine').fill('Hydrocortisone');
  await add.click();
  await expect(doctor.getByRole('alert').first()).toBeVisible();
  await expect(doctor.getByLabel('Medicine')).toHaveValue('Hydrocortisone');
  const fill = async (fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields)) await doctor.getByLabel(label, { exact: label === 'Form' }).fill(value);
    await add.click();
    await expect(doctor.getByRole('alert')).toHaveCount(0);
  };
  await fill({ Strength: '1%', Form: 'cream', Dose: 'a thin layer', Route: 'on the skin', 'How often': 'twice a day', 'For how long': '7 days', 'Quantity to dispense': '30 g' });
  await fill({ Medicine: 'Cetirizine', Strength: '10 mg', Form: 'tablet', Dose: '1 tablet', Route: 'by mouth', 'How often': 'once a day', 'For how long': '7 days', 'Quantity to dispense': '7 tablets' });
  await doctor.getByRole('link', { name: 'Change Hydrocortisone' }).click();
  await doctor.getByLabel('Quantity to dispense').fill('50 g');
  await doctor.getByRole('button', { name: 'Save the medicine' }).click();
  await expect(doctor.getByText('50 g')).toBeVisible();
  await doctor.getByRole('button', { name: 'Move Cetirizine up' }).click();
  await expect(doctor.getByRole('heading', { name: '1. Cetirizine 10 mg' })).toBeVisible();
  await doctor.getByRole('button', { name: 'Remove Cetirizine' }).click();
  await expect(doctor.getByRole('heading', { name: '1. Hydrocortisone 1%' })).toBeVisible();

  await doctor.getByRole('link', { name: 'Review and sign' }).click();
  complaints.allow(/40[13]|422/);
  await doctor.getByLabel('Your password').fill('not my password');
  await doctor.getByRole('button', { name: 'Sign the prescription' }).click();
  await expect(doctor.getByRole('alert').first()).toBeVisible();
  await doctor.getByLabel('Your password').fill(PASSWORD);
  await doctor.getByRole('button', { name: 'Sign the prescription' }).click();
  await expect(doctor.getByText('The prescription is signed')).toBeVisible();

  await patient.getByRole('link', { name: 'Read the summary' }).click();
  await expect(patient.getByText('Keep the skin dry.')).toBeVisible();
  await patient.getByRole('link', { name: /^Prescription/ }).last().click();
  await expect(patient.getByText('50 g')).toBeVisible();

  await doctor.getByRole('link', { name: 'Cancel this prescription' }).click();
  await doctor.getByRole('button', { name: 'Cancel the prescription' }).click();
  await expect(doctor.getByRole('alert').first()).toBeVisible();
  await doctor.getByLabel('Why?').fill('The rash has gone.');
  await doctor.getByRole('button', { name: 'Cancel the prescription' }).click();
  await expect(doctor.getByText('The prescription is cancelled now')).toBeVisible();
  await patient.reload();
  await expect(patient.getByText('The rash has gone.')).toBeVisible();
});
