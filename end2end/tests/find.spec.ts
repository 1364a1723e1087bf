// Somebody finds a doctor by what is wrong, and taps one of the times in the list.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { quiet, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    test('a complaint, a language and a time in the row lead to the chosen time', async ({ page }) => {
      await page.goto('/');
      await ready(page);
      const rows = page.locator('.found');
      const search = async () => {
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        await ready(page);
      };
      await page.getByLabel('Name, or what is wrong').fill('headache');
      await page.getByRole('button', { name: 'Find a doctor' }).click();
      await expect(page).toHaveURL(/\/doctors\?name=headache$/);
      await ready(page);
      await expect(page.getByLabel('Name, or what is wrong')).toHaveValue('headache');
      await expect(page.getByRole('heading', { level: 2, name: 'Doctors for “headache”: General practice, Neurology' })).toBeVisible();

      // The doctors of other tests speak English only, so this is a list of the demonstration's doctors on one page.
      const language = 'Ελληνικά';
      await page.getByLabel('Language').selectOption({ label: language });
      await search();
      await expect(page).toHaveURL(/name=headache&.*language=[a-z]+/);
      await expect(page.getByLabel('Language').locator('option:checked')).toHaveText(language);
      await expect(rows.filter({ hasNotText: language })).toHaveCount(0);
      await expect(rows.first()).toBeVisible();
      const count = await page.getByText(/^\d+ doctors?$/).innerText();
      expect(count).toBe(`${await rows.count()} ${(await rows.count()) === 1 ? 'doctor' : 'doctors'}`);

      const row = rows.filter({ has: page.locator('time') }).first();
      const name = await row.getByRole('heading').innerText();
      // The first one may be too soon when it is requested.
      const time = row.getByRole('link').filter({ has: page.locator('time') }).last();
      await expect(time).toHaveAccessibleName(new RegExp(`\\d\\d:\\d\\d.* with ${name}$`));
      const label = await time.locator('.num').innerText();
      await time.click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
      await expect(page).toHaveURL(/\/doctors\/[0-9a-f-]{36}\?time=/);
      const chosen = page.locator('label').filter({ has: page.locator('input:checked') });
      await expect(chosen.locator('.num')).toHaveText(label);
    });

    test('a search that finds nobody names what was searched and leads on', async ({ page }) => {
      await page.goto('/doctors?name=Zzyzx&day=2026-01-31');
      await ready(page);
      await expect(page.getByRole('heading', { name: 'No doctor called “Zzyzx” is free on Saturday 31 January' })).toBeVisible();
      await page.getByRole('link', { name: 'Search on any day' }).click();
      await expect(page.getByRole('heading', { name: 'No doctor is called “Zzyzx”' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'See all doctors' })).toBeVisible();
      await page.getByRole('link', { name: 'See doctors of this specialty: General practice' }).click();
      await expect(page.locator('.found').first()).toContainText('General practice');
    });
  });
}

test('doctors in other countries are offered when they are asked for', async ({ page }) => {
  await page.goto('/doctors');
  await ready(page);
  // From the second page on, the server knows the zone of a stranger's browser, and so the country.
  await page.reload();
  await expect(page.locator('.found').first()).toBeVisible();
  await expect(page.locator('.found').filter({ hasText: /\$|₹/ })).toHaveCount(0);
  await page.getByRole('link', { name: /^Show \d+ doctors in other countries too$/ }).click();
  await expect(page).toHaveURL(/anywhere=yes/);
  await page.getByRole('link', { name: 'Show only doctors in your country (United Kingdom)' }).click();
  await expect(page).not.toHaveURL(/anywhere/);
});

test('words of an emergency come with the number to call, and a search in vain says which choice to leave out', async ({ page }) => {
  await page.goto('/doctors');
  await ready(page);
  await page.getByLabel('Name, or what is wrong').fill('I can’t breathe');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'This may be an emergency' });
  await expect(alert).toContainText('Call 999 now.');
  await expect(alert.getByRole('link', { name: 'Call 999' })).toHaveAttribute('href', 'tel:999');

  await page.goto('/doctors?name=headache&language=zz&part=afternoon');
  await ready(page);
  await expect(alert).toHaveCount(0);
  await expect(page.locator('.found')).toHaveCount(0);
  await page.getByRole('link', { name: 'Search without this choice: Language' }).click();
  await expect(page).toHaveURL(/\/doctors\?name=headache&part=afternoon$/);
  await expect(page.locator('.found').first()).toBeVisible();
  await expect(page.getByLabel('Time of day').locator('option:checked')).toHaveText('Afternoon');
  const hours = await page.locator('.found time .num').allInnerTexts();
  expect(hours.length).toBeGreaterThan(0);
  expect(hours.filter(hour => !/^1[2-6]:/.test(hour)), 'times that are not in the afternoon').toEqual([]);
});

test('on a phone the face is beside the name, and a row is low', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/doctors');
  await quiet(page);
  const row = page.locator('.found').filter({ has: page.locator('time') }).first();
  const [face, name, whole] = await Promise.all([row.locator('.face'), row.getByRole('heading'), row].map(async part => (await part.boundingBox())!));
  expect(name.x).toBeGreaterThanOrEqual(face.x + face.width);
  expect(name.y).toBeLessThan(face.y + face.height);
  expect(name.y + name.height).toBeGreaterThan(face.y);
  expect(whole.height).toBeLessThan(200);
  const times = await row.locator('time').evaluateAll(all => all.map(time => time.getBoundingClientRect().top));
  expect(times).toHaveLength(3);
  expect(new Set(times).size, 'the three times are in one line').toBe(1);
});

test('doctors near the browser or near a postcode come with their distance', async ({ page, context }) => {
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation({ latitude: 51.504481, longitude: -0.109517 });
  await page.goto('/doctors');
  await ready(page);
  const rows = page.locator('.found');
  await page.getByText('Near a place: postcode, distance').click();
  await page.getByLabel('Distance').selectOption({ label: 'Within 5 km' });
  await page.getByRole('button', { name: 'Use where I am' }).click();
  // What leaves the browser is rounded.
  await expect(page).toHaveURL(/near=51\.50(,|%2C)-0\.11&within=5/);
  await ready(page);
  await expect(rows.first()).toContainText('Riverside Clinic');
  await expect(rows.filter({ hasNotText: 'about 2 km away' })).toHaveCount(0);

  await page.getByLabel('Your postcode').fill('m1 0qq');
  await page.getByLabel('Order').selectOption({ label: 'Nearest first' });
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page).toHaveURL(/near=m1/);
  await ready(page);
  await expect(rows.first()).toContainText('Northgate Health Centre');
  await expect(rows.filter({ hasNotText: 'less than 1 km away' })).toHaveCount(0);
  await page.getByRole('link', { name: /^Show \d+ more doctors whom you can meet on video, at any distance$/ }).click();
  await expect(page).toHaveURL(/mode=video/);
  await expect(page).not.toHaveURL(/within=/);

  await page.goto('/doctors?near=ZZ99+9ZZ&within=5');
  await ready(page);
  await expect(page.getByRole('alert').filter({ hasText: 'We do not know this postcode.' })).toBeVisible();
  await expect(rows.first()).toBeVisible();
});
