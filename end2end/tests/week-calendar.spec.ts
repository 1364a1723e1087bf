// The doctor's week along an axis of time: a visit is moved to another day with the mouse and with the keyboard, and free time is blocked with the mouse.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { bookSoon, coined, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a doctor moves a visit to another day of the week and blocks free time there', async ({ page: doctor, person }) => {
  test.slow();
  const patient = await person();
  const { name } = await newDoctor(doctor, 'Dr Tamsin Weaver', ['09:00', '17:00']);
  const who = coined('Jory');
  await newPatient(patient, who);
  await bookSoon(patient, name, 'A sore knee.', 20);
  const date = new Date(Date.now() + 20 * 24 * 3600 * 1000);
  const week = `/doctor/week?day=${date.toISOString().slice(0, 10)}`;
  const before = (date.getUTCDay() + 6) % 7;
  const after = before < 6 ? before + 1 : before - 1;
  const columns = doctor.locator('.week.movable > .day');
  const visitOn = (day: number) => columns.nth(day).getByRole('link', { name: who, exact: true });
  const status = doctor.getByRole('status').filter({ hasText: /^(Visit of|Block) / });
  /** Drags from one point of the page to another, in several steps, as a hand does. */
  const drag = async (from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
    await doctor.mouse.move(...from);
    await doctor.mouse.down();
    await doctor.mouse.move(...to, { steps: 8 });
    await doctor.mouse.up();
  };

  // The whole week is in view, so that nothing scrolls while it is dragged.
  await doctor.setViewportSize({ width: 1280, height: 1600 });
  await doctor.goto(week);
  await ready(doctor);
  const visit = (await visitOn(before).boundingBox())!;
  const target = (await columns.nth(after).boundingBox())!;
  const y = visit.y + visit.height / 2;
  await drag([visit.x + visit.width / 2, y], [target.x + target.width / 2, y]);
  await expect(doctor).toHaveURL(/\/doctor\/appointments\/[0-9a-f-]{36}\/move\?day=.*&start=/);
  await ready(doctor);
  await expect(doctor.getByRole('radio', { checked: true })).toHaveCount(1);
  await doctor.getByLabel('Message to the patient').fill('I am at a course on that day.');
  await doctor.getByRole('button', { name: 'Move the visit' }).click();
  await expect(doctor.getByText('The visit has a new time')).toBeVisible();

  await doctor.goto(week);
  await ready(doctor);
  await expect(visitOn(before)).toHaveCount(0);
  await visitOn(after).focus();
  await doctor.keyboard.press('m');
  await expect(status).toContainText('its time now');
  await doctor.keyboard.press(after > before ? 'ArrowLeft' : 'ArrowRight');
  await expect(status).toContainText(': free.');
  await expect(columns.nth(before).locator('.ghost')).toBeVisible();
  await doctor.keyboard.press('Escape');
  await expect(status).toHaveCount(0);

  const free = (await columns.nth(before).locator('.free').last().boundingBox())!;
  const x = free.x + free.width / 2;
  await drag([x, free.y + free.height / 4], [x, free.y + free.height / 2]);
  await expect(doctor).toHaveURL(/\/doctor\/block\?day=.*&page=week/);
  await ready(doctor);
  await expect(doctor.getByLabel('From')).toHaveValue(/^\d\d:\d\d$/);
  await doctor.getByRole('button', { name: 'Block this time' }).click();
  await expect(doctor).toHaveURL(/\/doctor\/week\?day=/);
  await expect(doctor.getByText('The time is blocked')).toBeVisible();
  await expect(columns.nth(before).locator('.block')).toHaveCount(1);
});
