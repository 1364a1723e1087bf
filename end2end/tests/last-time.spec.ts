// The last free time of a day disappears while a patient looks at it, and comes back: the page must still work.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { goOnWithTime, newDoctor, newPatient, onFullDay, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('all times of the day in view go and come back, and the page goes on', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person();
  const { name } = await newDoctor(doctor, 'Dr Odile Sommer');
  await newPatient(patient, 'Patient Pilar');
  await onFullDay(patient, name);
  const date = new URL(patient.url()).searchParams.get('day')!;
  const [year, month, day] = date.split('-') as [string, string, string];
  const times = patient.getByRole('radio');

  for (const chosen of [true, false, true]) {
    await expect(times.first()).toBeAttached();
    if (chosen) await times.first().check({ force: true });
    await doctor.goto('/doctor/hours/days');
    await ready(doctor);
    await doctor.getByLabel('The whole day is off').check({ force: true });
    await doctor.getByLabel('Day', { exact: true }).fill(day);
    await doctor.getByLabel('Month').fill(month);
    await doctor.getByLabel('Year').fill(year);
    await doctor.getByRole('button', { name: 'Add this day' }).click();
    await expect(doctor.getByText('The change is saved').first()).toBeVisible();
    await expect(times).toHaveCount(0);
    await expect(patient.getByRole('status').filter({ hasText: /nothing|no free|no times/i }).first()).toBeVisible();
    await ready(doctor);
    await doctor.getByRole('button', { name: /^Remove/ }).first().click();
    await expect(doctor.getByText('No days off or extra hours')).toBeVisible();
  }
  await expect(times.first()).toBeAttached();
  await times.first().check({ force: true });
  await goOnWithTime(patient);
  await expect(patient.getByText('This time is held for you until')).toBeVisible();
});
