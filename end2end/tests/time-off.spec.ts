// Time off with the visits in it: the doctor sees them, moves one and cancels another with one message, and both patients read it.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { bookSoon, coined, newDoctor, newPatient, ready, type Person } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const MESSAGE = 'I am away for a course on that day.';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS));
    const looked = inspectWhere(javaScriptEnabled);

    test('a doctor takes a day off, and moves and cancels its visits with one message', async ({ page: doctor, person }) => {
      test.slow();
      const { name } = await newDoctor(doctor, 'Dr Elowen Holiday', ['09:00', '17:00']);
      const booked = async (who: string): Promise<[Page, Person]> => {
        const page = await person();
        const patient = await newPatient(page, coined(who));
        await bookSoon(page, name, 'A cough.', 20);
        return [page, patient];
      };
      const [[movedPage, moved], [cancelledPage, cancelled]] = [await booked('Cador'), await booked('Morwenna')];

      await doctor.goto('/doctor/hours/days');
      await doctor.getByRole('link', { name: 'Take time off and decide about the visits in it' }).click();
      await expect(doctor.getByRole('heading', { level: 1 })).toHaveText('Take time off');
      await ready(doctor);
      const day = new Date(Date.now() + 20 * 24 * 3600 * 1000);
      const first = doctor.getByRole('group', { name: 'First day' });
      await first.getByLabel('Day', { exact: true }).fill(String(day.getUTCDate()));
      await first.getByLabel('Month', { exact: true }).fill(String(day.getUTCMonth() + 1));
      await first.getByLabel('Year', { exact: true }).fill(String(day.getUTCFullYear()));
      await doctor.getByRole('button', { name: 'Show the visits' }).click();
      const of = (patient: Person) => doctor.getByRole('group', { name: `Visit of ${patient.name}` });
      await expect(of(moved)).toBeVisible();
      await expect(of(cancelled)).toBeVisible();
      await ready(doctor);

      const decide = async (): Promise<void> => {
        await of(moved).getByRole('radio', { name: /^Move it to / }).check();
        await of(cancelled).getByRole('radio', { name: 'Cancel it' }).check();
      };
      await decide();
      await doctor.getByRole('button', { name: 'Take this time off' }).click();
      await expect(doctor.getByText('Tell the patients why you move or cancel their visits').first()).toBeVisible();
      await looked(doctor, 'time off without a message');
      await ready(doctor);
      await decide();
      await doctor.getByLabel('Message to the patients').fill(MESSAGE);
      await doctor.getByRole('button', { name: 'Take this time off' }).click();
      await expect(doctor).toHaveURL(/\/doctor\/hours\/days\?saved=1/);
      await expect(doctor.getByText('The change is saved')).toBeVisible();

      for (const [page, { email }, subject] of [[movedPage, moved, /^Moved: /], [cancelledPage, cancelled, /^Cancelled: /]] as const) {
        const { text } = await mailTo(page, email, subject);
        await page.goto(/\/appointments\/[0-9a-f-]{36}/.exec(text)![0]);
        await expect(page.getByText(MESSAGE)).toBeVisible();
      }
    });
  });
}
