// Text in Arabic or Hebrew is laid out from right to left, wherever it is shown and while it is typed.
import type { Locator } from '@playwright/test';
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { book, chooseTime, findDoctor, giveReason, newDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

const NAME = 'ليلى Nassar';
const REASON = 'صداع شديد منذ يومين (3 أيام)';
const MESSAGE = 'هل تسمعني؟ 12:30';

/** The direction in which Chromium lays a text out: the computed direction of its element. */
function directionOf(text: Locator): Promise<string> {
  return text.evaluate(element => getComputedStyle(element).direction);
}

test('an Arabic name, reason and message are laid out from right to left', async ({ page: patient, person }) => {
  test.setTimeout(300_000);
  const allow = { permissions: ['camera', 'microphone'] };
  const doctor = await person(allow);
  await patient.context().grantPermissions(allow.permissions);
  const { name } = await newDoctor(doctor, 'Dr Sámi Nasr');

  await newPatient(patient, NAME);
  await patient.goto('/patient');
  expect(await directionOf(patient.locator('bdi', { hasText: NAME }).first())).toBe('rtl');
  await patient.goto('/doctors');
  await ready(patient);
  const search = patient.getByLabel('Name');
  await search.fill('سامي');
  expect(await directionOf(search)).toBe('rtl');
  // The doctor is also found when the name is written without its accent.
  await findDoctor(patient, name);
  await patient.goto(`/doctors?name=${encodeURIComponent(name.normalize('NFD').replace(/\p{M}/gu, ''))}`);
  await expect(patient.getByRole('heading', { name })).toBeVisible();

  await findDoctor(patient, name);
  await chooseTime(patient);
  await patient.getByLabel('What brings you here?').fill(REASON);
  expect(await directionOf(patient.getByLabel('What brings you here?'))).toBe('rtl');
  await giveReason(patient, REASON);
  expect(await directionOf(patient.getByText(REASON))).toBe('rtl');
  await book(patient);
  expect(await directionOf(patient.getByText(REASON))).toBe('rtl');
  // The rest of the page stays left to right.
  expect(await directionOf(patient.getByRole('heading', { level: 1 }))).toBe('ltr');

  const visit = (await patient.getByRole('link', { name: 'Open the waiting room' }).getAttribute('href'))!;
  await patient.goto(visit);
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  await doctor.goto(`/doctor${visit}`);
  await doctor.getByRole('button', { name: 'Admit' }).click();
  await expect(doctor.getByRole('heading', { level: 1 })).toHaveText(NAME);
  expect(await directionOf(doctor.locator('h1 bdi'))).toBe('rtl');
  await patient.getByRole('button', { name: 'Chat' }).click();
  const message = patient.getByLabel('Your message');
  await message.fill(MESSAGE);
  expect(await directionOf(message)).toBe('rtl');
  await patient.getByRole('button', { name: 'Send' }).click();
  await doctor.getByRole('tab', { name: 'Chat' }).click();
  for (const page of [patient, doctor]) {
    await expect(page.getByRole('log')).toContainText(MESSAGE);
    expect(await directionOf(page.getByRole('log').getByText(MESSAGE))).toBe('rtl');
  }
});
