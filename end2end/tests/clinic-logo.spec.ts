// An administrator adds the logo of a clinic, sees it, and removes it.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, patience, test } from './fixtures';
import { inspectWhere } from './inspect';
import { coined, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** A picture of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A new clinic of the organisation, so that nobody else's prescriptions get the logo. */
async function addClinic(admin: Page): Promise<void> {
  const clinic = coined('Logo Clinic');
  await admin.goto('/admin/clinics/new');
  await ready(admin);
  await admin.getByLabel('Name of the clinic').fill(clinic);
  await admin.getByLabel('Country').selectOption('GB');
  await admin.getByLabel('Time zone').selectOption('Europe/London');
  await admin.getByLabel('Currency').fill('GBP');
  await admin.getByLabel('Address').fill('14 Weir Lane');
  await admin.getByRole('button', { name: 'Add the clinic' }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText(clinic);
  await ready(admin);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    test('an administrator adds the logo of a clinic and removes it', async ({ page: admin }) => {
      test.slow();
      await signedIn(admin, 'admin');
      await addClinic(admin);
      const page = new URL(admin.url()).pathname;
      const logo = admin.getByRole('img', { name: 'Logo of the clinic' });
      await expect(logo).toHaveCount(0);
      await admin.getByLabel('Choose a picture').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') });
      await admin.getByRole('button', { name: 'Add the logo' }).click();
      // The file is named until it was checked.
      await expect(logo.or(admin.getByText('logo.png'))).toBeVisible({ timeout: patience(30_000) });
      await expect(async () => {
        if (!(await logo.isVisible())) {
          await admin.goto(page);
          await expect(logo).toBeVisible({ timeout: 2_000 });
        }
      }).toPass({ timeout: patience(60_000) });
      await ready(admin);
      if (javaScriptEnabled) await inspectWhere(true)(admin, 'a clinic with a logo');
      await admin.getByRole('button', { name: 'Remove the logo' }).click();
      await expect(logo).toHaveCount(0);
      await expect(admin.getByLabel('Choose a picture')).toBeVisible();
    });
  });
}
