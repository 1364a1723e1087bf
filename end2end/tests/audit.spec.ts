// The audit log: who did what, about whom, in lines that a person can look through and take along as a file.
import { readFile } from 'node:fs/promises';
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { DESK, PHONE } from './inspect';
import { book, coined, giveReason, goOnWithTime, newDoctor, newPatient, onFullDay, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('the log is filtered by patient, folds many names, and its rows are exported', async ({ page: admin, person }) => {
  test.slow();
  const doctor = await person();
  const { name: doctorName } = await newDoctor(doctor, 'Dr Senara Kitto');
  // Three patients on one day, so that looking at the day names three.
  const surname = coined('Logged');
  const names = ['Jenifer', 'Kerra', 'Lowena'].map(first => `${first} ${surname}`);
  let day = '';
  for (const [place, name] of names.entries()) {
    const patient = await person();
    await newPatient(patient, name);
    const link = await onFullDay(patient, doctorName);
    day = /day=(\d{4}-\d\d-\d\d)/.exec((await link.getAttribute('href'))!)![1]!;
    await ready(patient);
    // Around noon, so that it is the same day wherever the doctor is.
    const times = patient.getByRole('radio');
    await times.nth(Math.floor((await times.count()) / 2) + 2 * place).check({ force: true });
    await goOnWithTime(patient);
    await giveReason(patient, 'A cough since Monday.');
    await book(patient);
  }
  await doctor.goto(`/doctor?day=${day}`);
  await expect(doctor.getByRole('main')).toContainText(names[2]!);

  await signedIn(admin, 'admin');
  await admin.setViewportSize(DESK);
  await admin.goto('/admin/audit');
  await ready(admin);
  await admin.getByLabel('About which patient').fill(surname);
  await admin.getByRole('button', { name: 'Show' }).click();
  await expect(admin.getByRole('heading', { name: 'About which patient? Choose one.' })).toBeVisible();
  // No name is in an address.
  expect(admin.url()).not.toContain('Logged');
  await admin.getByRole('link', { name: names[0]! }).click();
  await expect(admin).toHaveURL(/patient=[0-9a-f-]{36}/);
  await expect(admin.getByText(`Only what concerns ${names[0]}.`)).toBeVisible();
  const id = new URL(admin.url()).searchParams.get('patient')!;

  const rows = admin.getByRole('table').locator('tbody tr:not(.group)');
  const heights = await rows.evaluateAll(all => all.map(row => row.getBoundingClientRect().height));
  expect(heights.length).toBeGreaterThan(3);
  expect(Math.max(...heights)).toBeLessThanOrEqual(48);

  const looked = rows.filter({ hasText: 'scheduling.day_read' }).first();
  const other = looked.getByRole('link', { name: names[1]! });
  await expect(looked.getByText('scheduling.day_read')).toBeHidden();
  await expect(other).toBeHidden();
  await looked.getByText('3 patients').click();
  await expect(other).toBeVisible();
  await looked.getByText('Looked at a day of appointments').click();
  await expect(looked.getByText('scheduling.day_read')).toBeVisible();

  await admin.setViewportSize(PHONE);
  const overhang = await admin.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overhang).toBeLessThanOrEqual(0);

  const [download] = await Promise.all([admin.waitForEvent('download'), admin.getByRole('link', { name: 'Export as CSV' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
  expect(lines[0]).toMatch(/^\uFEFF"time_utc","action","outcome","by",/);
  const records = lines.slice(1, -1);
  expect(records.length).toBeGreaterThanOrEqual(heights.length);
  expect(records.filter(record => !record.includes(id))).toEqual([]);
  expect(records.find(record => record.includes('"scheduling.day_read"'))).toContain(names.at(-1)!);

  await admin.goto('/admin/audit?action=audit.exported');
  await expect(rows.first()).toContainText('Exported the audit log');
});
