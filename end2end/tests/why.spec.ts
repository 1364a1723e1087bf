// How patients book a doctor, and why a time is not offered: the doctor changes the rules and asks about two times.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { inspectWhere } from './inspect';
import { newDoctor, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS));
    const looked = inspectWhere(javaScriptEnabled);

    test('a doctor changes how patients book, and is told why a time is not offered', async ({ page: doctor }) => {
      await newDoctor(doctor, 'Dr Meriasek Rules');
      await doctor.goto('/doctor/hours');
      await doctor.getByRole('link', { name: 'How patients book you' }).click();
      await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('How patients book you');
      await ready(doctor);
      await doctor.getByLabel('Time you need after a visit').fill('5');
      await doctor.getByLabel('How many days ahead patients can book').fill('400');
      await doctor.getByRole('button', { name: 'Save these rules' }).click();
      await expect(doctor.getByRole('alert').first()).toContainText('must be between 1 and 366');
      await looked(doctor, 'booking rules with faults');
      await doctor.getByLabel('How many days ahead patients can book').fill('30');
      await doctor.getByRole('button', { name: 'Save these rules' }).click();
      await expect(doctor.getByText('Your rules are saved')).toBeVisible();

      await doctor.goto('/doctor/hours');
      await doctor.getByRole('link', { name: 'Why is a time not offered?' }).click();
      await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Why is a time not offered?');
      const ask = async (day: Date, time: string): Promise<void> => {
        await ready(doctor);
        await doctor.getByLabel('Day', { exact: true }).fill(String(day.getUTCDate()));
        await doctor.getByLabel('Month', { exact: true }).fill(String(day.getUTCMonth() + 1));
        await doctor.getByLabel('Year', { exact: true }).fill(String(day.getUTCFullYear()));
        await doctor.getByLabel('Time', { exact: true }).fill(time);
        await doctor.getByRole('button', { name: 'Check this time' }).click();
      };
      const inDays = (days: number): Date => new Date(Date.now() + days * 24 * 60 * 60 * 1000);
      await ask(inDays(60), '10:00');
      await expect(doctor.getByRole('main')).toContainText('Patients cannot book this far ahead.');
      await ask(inDays(7), '10:01');
      await expect(doctor.getByRole('main')).toContainText('No visit starts at this time.');
      await expect(doctor.getByRole('main')).toContainText('The nearest free times:');
      await looked(doctor, 'why a time is not offered');
    });
  });
}
