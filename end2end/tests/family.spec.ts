// A parent adds a child, acts for the child and books a visit. Every page says for whom the parent acts, on a phone too.
import { expect, test } from './fixtures';
import { bookSoon, doctorElsewhere, newPatient, ready } from './people';

test('a parent adds a child, books for the child, and acts for themself again', async ({ page, complaints }) => {
  complaints.allow(/422/);
  const doctor = await doctorElsewhere(page, 'Dr Nora Kindly');
  await newPatient(page, 'Petra Parent');
  await page.goto('/account');
  await ready(page);
  await page.getByRole('link', { name: 'People you act for' }).click();
  await expect(page.getByText('You act only for yourself.')).toBeVisible();
  await page.getByRole('link', { name: 'Add a child' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Add a child' })).toBeVisible();

  // An adult cannot be added as a child, and the form keeps its values.
  const year = new Date().getFullYear();
  await page.getByLabel('Full name of the child').fill('Mia Parent');
  await page.getByLabel('Day').fill('1');
  await page.getByLabel('Month').fill('1');
  await page.getByLabel('Year').fill(String(year - 30));
  await page.getByRole('button', { name: 'Add the child' }).click();
  await expect(page.getByRole('alert').first()).toContainText('Date of birth must be between');
  await expect(page.getByLabel('Full name of the child')).toHaveValue('Mia Parent');
  await page.getByLabel('Year').fill(String(year - 7));
  await page.getByRole('button', { name: 'Add the child' }).click();
  await expect(page).toHaveURL(/\/account\/family$/);
  const main = page.getByRole('main');
  await expect(main.getByText('Mia Parent', { exact: true })).toBeVisible();

  const line = page.getByRole('region', { name: 'Who you are acting for' });
  await expect(line).toBeHidden();
  // The name in a sentence is surrounded by characters that nobody sees.
  await main.getByRole('button', { name: /Act for .?Mia Parent/ }).click();
  await page.waitForURL('**/patient');
  await expect(line).toContainText(/You are acting for .?Mia Parent/);

  const visit = await bookSoon(page, doctor, 'A cough');
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['/appointments', `/visits/${visit}`, '/doctors', '/account']) {
    await page.goto(path);
    await expect(line).toContainText(/You are acting for .?Mia Parent/);
  }

  await line.getByRole('button', { name: 'Act for yourself again' }).click();
  await page.waitForURL('**/patient');
  await expect(line).toBeHidden();
  await expect(page.getByText('You have no visits booked')).toBeVisible();
});
