// The doctor's day along an axis of time: a visit is moved with the keyboard, and free time is blocked, on a desk and on a phone.
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { bookSoon, coined, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('a doctor moves a visit with the keyboard and blocks free time', async ({ page: doctor, person }) => {
  test.slow();
  const patient = await person();
  const { name } = await newDoctor(doctor, 'Dr Loveday Mover', ['09:00', '17:00']);
  const who = coined('Hedra');
  await newPatient(patient, who);
  await bookSoon(patient, name, 'A stiff neck.', 20);
  const day = new Date(Date.now() + 20 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  const calendar = `/doctor/calendar?day=${day}`;
  const visit = doctor.getByRole('link', { name: who, exact: true });
  const status = doctor.getByRole('status').filter({ hasText: /^(Visit of|Block) / });

  await doctor.setViewportSize({ width: 1280, height: 900 });
  await doctor.goto(`/doctor/week?day=${day}`);
  await ready(doctor);
  await doctor.getByRole('link', { name: 'Day', exact: true }).click();
  await expect(doctor).toHaveURL(new RegExp(`/doctor/calendar\\?day=${day}`));
  await expect(doctor.locator('.week.one')).toBeVisible();
  await ready(doctor);
  await visit.focus();
  await doctor.keyboard.press('m');
  await expect(status).toContainText('its time now');
  await doctor.keyboard.press('ArrowDown');
  await expect(status).toContainText(': free.');
  await doctor.keyboard.press('Escape');
  await expect(status).toHaveCount(0);

  await doctor.keyboard.press('m');
  await expect(status).toContainText('its time now');
  await doctor.keyboard.press('ArrowDown');
  await expect(status).toContainText(': free.');
  await doctor.keyboard.press('Enter');
  await expect(doctor).toHaveURL(/\/doctor\/appointments\/[0-9a-f-]{36}\/move\?day=.*&start=/);
  await ready(doctor);
  await expect(doctor.getByRole('radio', { checked: true })).toHaveCount(1);
  await doctor.getByLabel('Message to the patient').fill('The room is free then.');
  await doctor.getByRole('button', { name: 'Move the visit' }).click();
  await expect(doctor.getByText('The visit has a new time')).toBeVisible();

  await doctor.setViewportSize({ width: 390, height: 844 });
  await doctor.goto(calendar);
  await ready(doctor);
  await expect(visit).toBeVisible();
  expect(await doctor.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'the page fits a phone').toBe(true);
  // Fingers have no keys: the link opens the buttons that do the same.
  await doctor.getByRole('link', { name: `Move the visit of ${who}` }).click();
  await doctor.getByRole('button', { name: 'Later' }).click();
  await expect(status).toContainText(': free.');
  await doctor.getByRole('button', { name: 'Stop' }).click();
  await expect(status).toHaveCount(0);

  await doctor.getByRole('link', { name: /^Free: block/ }).last().focus();
  await doctor.keyboard.press('Shift+ArrowDown');
  await doctor.keyboard.press('Shift+ArrowDown');
  await expect(status).toContainText(/^Block \d\d:\d\d to \d\d:\d\d\./);
  await doctor.keyboard.press('Enter');
  await expect(doctor).toHaveURL(/\/doctor\/block\?day=/);
  await expect(doctor.getByLabel('From')).toHaveValue(/^\d\d:\d\d$/);
  await expect(doctor.getByLabel('Until')).toHaveValue(/^\d\d:\d\d$/);
});
