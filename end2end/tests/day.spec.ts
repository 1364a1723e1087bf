// The doctor's day: running late, blocked time, weekly hours, and what Today and Week show of it.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { bookSoon, findDoctor, newDoctor, newPatient, openFirstAppointment, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** A time zone in which the day is neither about to begin nor about to end, so that a visit soon is a visit today. */
function daytimeZone(): string {
  const hour = (zone: string) => Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date()));
  return ['Europe/London', 'Asia/Tokyo'].find(zone => hour(zone) >= 5 && hour(zone) < 20)!;
}

async function liveIn(page: Page, zone: string): Promise<void> {
  await page.goto('/account/locale');
  await ready(page);
  await page.getByLabel('Time zone').selectOption(zone);
  await page.getByRole('button', { name: 'Save time zone and language' }).click();
  await expect(page.getByText('Your time zone and language are saved').first()).toBeVisible();
}

test('patients see at once that the doctor runs late, and Today begins with what is now', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Talwyn Behind');
  await liveIn(doctor, daytimeZone());
  await newPatient(patient, 'Eseld Patient');
  const visit = await bookSoon(patient, name, 'A cough since Monday.');
  const late = patient.getByText(`${name} runs about 20 minutes late`);
  await patient.goto('/patient');
  await ready(patient);
  await expect(late).toHaveCount(0);

  await doctor.goto('/doctor');
  await ready(doctor);
  await expect(doctor.getByText('0 of 1 done')).toBeVisible();
  await doctor.locator('summary', { hasText: 'Running late' }).click();
  await doctor.getByRole('button', { name: '20 minutes' }).click();
  await expect(doctor.getByText('Patients are told that you run about 20 minutes late')).toBeVisible();
  await expect(late).toBeVisible();
  await patient.getByRole('link', { name: 'Details' }).first().click();
  await expect(patient.getByRole('heading', { level: 1 })).toContainText(name);
  await expect(late).toBeVisible();

  await patient.goto(`/visits/${visit}`);
  await ready(patient);
  await expect(late).toBeVisible();
  await doctor.getByRole('button', { name: 'On time again' }).click();
  await expect(doctor.getByText(/Patients are told/)).toHaveCount(0);
  await expect(late).toHaveCount(0);

  await patient.getByRole('button', { name: 'I am ready' }).click();
  const waiting = doctor.getByRole('region', { name: 'Waiting room' });
  await waiting.getByRole('button', { name: /^Admit: Eseld/ }).click();
  await doctor.waitForURL(`**/doctor/visits/${visit}`);
  await doctor.goto('/doctor');
  await ready(doctor);
  await expect(doctor.getByRole('region', { name: 'In the visit now' })).toContainText('Eseld Patient');
  await expect(waiting).toContainText('No one is waiting');
  await openFirstAppointment(doctor);
  await expect(doctor.getByRole('link', { name: 'Open the waiting room' })).toHaveCount(0);
  await doctor.getByRole('link', { name: 'Return to the visit' }).click();
  await doctor.waitForURL(`**/doctor/visits/${visit}`);
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    test('blocked time cannot be booked until it is freed', async ({ page: doctor, person }) => {
      test.slow();
      const patient = await person();
      const { name } = await newDoctor(doctor, 'Dr Jenifer Away', ['09:00', '17:00']);
      await newPatient(patient, 'Kitto Early');
      await findDoctor(patient, name);
      await patient.waitForURL(/\/doctors\/[0-9a-f-]{36}/);
      const path = new URL(patient.url()).pathname;
      const day = new Date(Date.now() + 20 * 24 * 3600 * 1000).toISOString().slice(0, 10);
      const times = async () => {
        await patient.goto(`${path}?day=${day}`);
        return patient.getByRole('radio').count();
      };
      const before = await times();

      await doctor.goto(`/doctor?day=${day}`);
      await ready(doctor);
      await doctor.getByRole('link', { name: 'Block time' }).click();
      await ready(doctor);
      await doctor.getByLabel('From').fill('12:00');
      await doctor.getByLabel('Until').fill('14:00');
      await doctor.getByLabel('Note').fill('Dentist');
      await doctor.getByRole('button', { name: 'Block this time' }).click();
      await expect(doctor.getByText('The time is blocked')).toBeVisible();
      await expect(doctor).toHaveURL(new RegExp(`/doctor\\?day=${day}`));
      await expect(doctor.getByText('Dentist')).toBeVisible();
      expect(await times()).toBe(before - 4);

      await doctor.goto(`/doctor/week?day=${day}`);
      await ready(doctor);
      await expect(doctor.getByText('Dentist')).toBeVisible();
      await doctor.getByRole('button', { name: 'Unblock 12:00 to 14:00' }).click();
      await expect(doctor.getByText('Dentist')).toHaveCount(0);
      expect(await times()).toBe(before);
    });

    test('Monday is copied to the other weekdays, and free days are ticked off', async ({ page: doctor }) => {
      test.slow();
      await newDoctor(doctor, 'Dr Perran Regular');
      await doctor.goto('/doctor/hours');
      await ready(doctor);
      const day = (name: string) => doctor.getByRole('group', { name, exact: true });
      await expect(day('Monday').getByLabel('From').first()).toBeHidden();
      await day('Monday').getByLabel('The whole day').uncheck();
      await day('Monday').getByLabel('From').first().fill('08:30');
      await day('Monday').getByLabel('Until').first().fill('12:00');
      await day('Sunday').getByLabel('Works on this day').uncheck();
      await doctor.getByRole('button', { name: 'Copy Monday to the other weekdays' }).click();
      await expect(doctor.getByText('Nothing is saved yet')).toBeVisible();
      await ready(doctor);
      await expect(day('Friday').getByLabel('From').first()).toHaveValue('08:30');
      await expect(day('Saturday').getByLabel('The whole day')).toBeChecked();
      await expect(day('Sunday').getByLabel('Works on this day')).not.toBeChecked();
      await doctor.getByRole('button', { name: 'Save the hours' }).click();
      await expect(doctor.getByText('Your hours are saved')).toBeVisible();
      await expect(doctor.getByText('41 h 30 min a week')).toBeVisible();
      await expect(day('Sunday').getByLabel('The whole day')).toBeHidden();
    });
  });
}
