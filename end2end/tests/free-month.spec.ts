// Whoever wants a visit looks at a doctor's whole month, and goes on from one of its days.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { doctorElsewhere, findDoctor, newPatient, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a patient chooses a day of the month', async ({ page, complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      const name = await doctorElsewhere(page, 'Dr Eseld Wide');
      await newPatient(page, 'Petroc Planner');
      await findDoctor(page, name);
      await page.waitForURL(/\/doctors\/[0-9a-f-]{36}/);
      await ready(page);
      await page.getByRole('link', { name: 'See the whole month' }).click();
      await expect(page).toHaveURL(/\/doctors\/[0-9a-f-]{36}\/month\?day=/);
      await ready(page);
      const month = page.getByRole('heading', { level: 1 });
      const first = (await month.textContent())!;
      await page.getByRole('link', { name: 'Next month' }).click();
      await expect(month).not.toHaveText(first);
      await ready(page);
      const day = page.locator('.month > .day:not(.other) a').first();
      const href = (await day.getAttribute('href'))!;
      await day.click();
      await expect(page).toHaveURL(new URL(href, page.url()).href);
      await expect(page.locator('fieldset .num').first()).toBeVisible();
    });
  });
}
