// What a doctor must know about a patient is in sight wherever the doctor decides something, and the notes of a visit can be read and amended afterwards.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { PASSWORD, addAllergy, bookSoon, draftPrescription, haveVisit, newDoctor, newPatient, openFirstAppointment, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

interface Heard extends Window {
  tones: number;
}

/** Counts the tones that the page begins. */
async function countSounds(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard = window as unknown as Heard;
    heard.tones = 0;
    const real = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      heard.tones += 1;
      real.call(this, when);
    };
  });
}

function soundsOf(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as Heard).tones);
}

test('an allergy is in sight from the waiting room to the signature', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Meraud Heed');
  await newPatient(patient, 'Digory Careful');
  const visit = await bookSoon(patient, name, 'A sore throat since Sunday.');
  await addAllergy(doctor);
  const safety = doctor.getByRole('group', { name: 'Before you decide' });
  const inSight = async () => {
    await expect(safety).toHaveCount(1);
    await expect(safety.getByText('Latex: Hives on both arms (severe)')).toBeVisible();
    await expect(safety.getByText('A sore throat since Sunday.')).toBeVisible();
    await expect(safety.getByText('Nothing was prescribed here in the last year.')).toBeVisible();
  };

  await countSounds(doctor);
  await doctor.goto('/doctor');
  await ready(doctor);
  // Browsers play sounds only after the user has pressed something.
  const sounds = doctor.getByRole('switch', { name: 'Sounds' });
  await expect(sounds).toBeChecked();
  await sounds.uncheck();
  await sounds.check();
  const before = await soundsOf(doctor);
  await patient.goto(`/visits/${visit}`);
  await ready(patient);
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  // The title and a soft sound call the doctor, who may look at another window.
  await expect(doctor).toHaveTitle('(1) A patient is waiting');
  await expect.poll(() => soundsOf(doctor)).toBeGreaterThan(before);
  await inSight();
  await expect(patient.getByText(/^It is now \d\d:\d\d$/)).toBeVisible();
  // Meanwhile the patient tests what they need for the call.
  await expect(patient.getByText('Your camera works.')).toBeVisible();
  await expect(patient.getByRole('meter', { name: 'Level of your microphone' })).toBeVisible();
  await expect(patient.getByText('We can hear you.')).toBeVisible();
  await patient.getByRole('button', { name: 'Test the speakers' }).click();
  await patient.getByRole('button', { name: 'Yes, I hear it' }).click();
  await expect(patient.getByText('Your speakers work.')).toBeVisible();
  await doctor.locator('[data-who-waits]').getByRole('link', { name: 'Open the visit' }).click();
  await expect(doctor.getByRole('button', { name: 'Admit' })).toBeVisible();
  await inSight();
  await doctor.getByRole('button', { name: 'Admit' }).click();
  await expect(doctor.getByLabel('What the patient says')).toBeVisible();
  await inSight();

  await draftPrescription(doctor, visit);
  await doctor.goto(`/doctor/visits/${visit}/prescription`);
  await inSight();
  await doctor.getByRole('link', { name: 'Change Hydrocortisone' }).click();
  await expect(doctor.getByRole('button', { name: 'Save the medicine' })).toBeVisible();
  await inSight();
  await doctor.getByRole('link', { name: 'Go back without saving' }).click();
  await doctor.getByRole('link', { name: 'Review and sign' }).click();
  await expect(doctor.getByRole('button', { name: 'Sign the prescription' })).toBeVisible();
  await inSight();
});

for (const scripts of [true, false]) {
  test(`notes are amended after the visit, ${scripts ? 'with' : 'without'} scripts`, async ({ page: patient, person, complaints }) => {
    test.slow();
    if (!scripts) complaints.allow(WITHOUT_SCRIPTS);
    const doctor = await person({ javaScriptEnabled: scripts });
    const { name } = await newDoctor(doctor, 'Dr Tamsin Amend');
    const { email } = await newPatient(patient, 'Perran Later');
    const visit = await bookSoon(patient, name, 'A rash on both arms.');
    await haveVisit(patient, doctor, visit);

    await openFirstAppointment(doctor);
    await doctor.getByRole('link', { name: 'Read and amend the notes' }).click();
    await expect(doctor).toHaveURL(`/doctor/visits/${visit}/notes`);
    await ready(doctor);
    const plan = doctor.getByLabel('What happens next');
    await expect(plan).toHaveValue('Keep the skin dry.');
    await plan.fill('Keep the skin dry, and come back in a week.');
    await doctor.getByRole('button', { name: 'Save the notes' }).click();
    await expect(doctor.getByText(/Version 2 was saved/)).toBeVisible();
    const first = doctor.locator('details', { hasText: 'Version 1,' });
    await expect(first.locator('summary')).toContainText(name);
    await first.locator('summary').click();
    await expect(first.getByText('Keep the skin dry.', { exact: true })).toBeVisible();

    // The record leads to each earlier visit.
    await doctor.getByRole('link', { name: 'Allergies, medicines and earlier visits' }).click();
    await expect(doctor.getByRole('main').locator(`a[href="/doctor/visits/${visit}/notes"]`)).toBeVisible();
    await patient.goto(`/visits/${visit}/summary`);
    await expect(patient.getByText('come back in a week')).toBeVisible();
    await mailTo(patient, email, /^You have a new prescription$/);
    if (!scripts) return;

    // A prescription that is signed now appears on the summary that the patient reads.
    const prescriptions = patient.getByRole('link', { name: /^Prescription RX-/ });
    await ready(patient);
    await expect(prescriptions).toHaveCount(1);
    await draftPrescription(doctor, visit);
    // Today reminds the doctor of the draft.
    await doctor.goto('/doctor');
    await ready(doctor);
    await doctor.getByRole('region', { name: 'Waiting for you' }).getByRole('link', { name: '1 prescription to sign' }).click();
    await expect(doctor).toHaveURL(/\/doctor\/prescriptions$/);
    await doctor.goto(`/doctor/visits/${visit}/prescription`);
    await ready(doctor);
    await doctor.getByRole('link', { name: 'Review and sign' }).click();
    await doctor.getByLabel('Your password').fill(PASSWORD);
    await doctor.getByRole('button', { name: 'Sign the prescription' }).click();
    await expect(doctor.getByText('The prescription is signed')).toBeVisible();
    await expect(prescriptions).toHaveCount(2);
  });
}
