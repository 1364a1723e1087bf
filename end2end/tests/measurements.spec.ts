// A nurse measures before a visit, its doctor is told of what is alarming, and the patient reads it and adds what they measure at home.
import { readDemo } from './demo';
import { expect, patience, test } from './fixtures';
import { bookSoon, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a nurse measures, the doctor is told of what is alarming, and the patient adds a reading from home', async ({ page: nurse, person, complaints }) => {
  test.slow();
  complaints.allow(/422/);
  const [doctor, patient] = [await person(), await person()];
  const { name } = await newDoctor(doctor, 'Dr Nessa Counting');
  await newPatient(patient, 'Perran Weighed');
  const visit = await bookSoon(patient, name, 'I feel hot.');
  await signedIn(nurse, 'nurse', 'ward');

  await nurse.goto(`/ward/intake/${visit}`);
  await ready(nurse);
  const field = (label: RegExp) => nurse.getByRole('textbox', { name: label });
  const save = nurse.getByRole('button', { name: 'Save the measurements' });
  await expect(nurse.getByText('Nothing was measured for this visit yet.')).toBeVisible();
  await field(/^Upper blood pressure/).fill('1000000000');
  await field(/^Lower blood pressure/).fill('80');
  await save.click();
  await expect(nurse.getByRole('link', { name: 'Upper blood pressure in mmHg must be between 20 and 350' })).toBeVisible();
  await field(/^Upper blood pressure/).fill('105');
  await field(/^Lower blood pressure/).fill('60');
  await field(/^Pulse/).fill('112');
  await field(/^Breaths/).fill('26');
  await field(/^Oxygen in the blood/).fill('95');
  await field(/^Temperature/).fill('39,5');
  await nurse.getByLabel('How awake is the patient?').selectOption({ label: 'Alert' });
  await nurse.getByLabel('What does the patient breathe?').selectOption({ label: 'Air' });
  await save.click();
  const row = nurse.getByRole('row').filter({ hasText: '39.5 °C' });
  await expect(row).toContainText('Early-warning score (NEWS2): 9');
  await expect(row.getByText('high risk')).toBeVisible();
  await expect(row.getByText('One measurement alone has 3 points.')).toBeVisible();
  await expect(row.getByText('too high')).toHaveCount(2);

  await expect(async () => {
    await doctor.goto('/account/notices');
    await expect(doctor.getByText('A measurement for a visit needs your attention')).toBeVisible({ timeout: patience(5_000) });
  }).toPass({ timeout: patience(60_000) });

  await patient.goto('/patient');
  await ready(patient);
  await patient.getByRole('link', { name: 'Your measurements' }).click();
  await expect(patient.getByText('A value is outside of the safe range')).toBeVisible();
  await patient.getByRole('textbox', { name: /^Temperature/ }).fill('37,2');
  await patient.getByRole('button', { name: 'Save what I measured' }).click();
  await expect(patient.getByRole('row').filter({ hasText: '37.2 °C' })).toContainText('At home');
  // The course is drawn, and its text says what the drawing shows.
  await expect(patient.getByRole('img', { name: /^Temperature.*2 values from/ })).toBeVisible();
});
