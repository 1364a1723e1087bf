// The way of a stranger to a first booking: what was chosen is kept, and times are shown in a zone that is true.
import type { Locator, Page } from '@playwright/test';
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { PASSWORD, book, chooseTime, createAccount, doctorElsewhere, findDoctor, followConfirmingLink, giveReason, goOnWithTime, newPatient, onFullDay, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The note that names the time that was chosen. */
function chosen(page: Page): Locator {
  return page.getByRole('status').filter({ hasText: 'The time you chose' });
}

/** A stranger chooses the last time of the day that is shown. Returns the value of its radio button, and its label. */
async function pickTime(page: Page): Promise<{ value: string; label: string }> {
  const time = page.getByRole('radio').last();
  await expect(time).toBeAttached();
  const value = (await time.getAttribute('value'))!;
  const label = (await page.locator('label').filter({ has: page.locator(`input[value="${value}"]`) }).locator('.num').innerText()).trim();
  await time.check({ force: true });
  return { value, label };
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });
    const looked = inspectWhere(javaScriptEnabled);

    test('a stranger picks a time, makes an account, and has booked after nine presses', async ({ page }) => {
      test.slow();
      const doctor = await doctorElsewhere(page, 'Dr Oona Firsthand');
      // Each press on a link, a button or a choice; what is filled into a form is typing.
      let presses = 0;
      const press = async (control: Locator) => {
        presses += 1;
        await control.click();
      };
      await page.goto(`/doctors?name=${encodeURIComponent(doctor)}`);
      await ready(page);
      await press(page.getByRole('link', { name: `See all times of ${doctor}` }).first());
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(doctor);
      await ready(page);
      presses += 1;
      const { label } = await pickTime(page);
      await press(page.getByRole('button', { name: 'Continue', exact: true }));

      const isSaid = async (what: string) => {
        await expect(chosen(page), what).toContainText(doctor);
        await expect(chosen(page), what).toContainText(label);
        await looked(page, what);
      };
      await expect(page).toHaveURL(/\/sign-in\?next=/);
      await isSaid('signing in with a chosen time');
      await press(page.getByRole('main').getByRole('link', { name: 'Create an account' }));
      await expect(page).toHaveURL(/\/sign-up\?next=/);
      await ready(page);
      await isSaid('signing up with a chosen time');
      presses += 1;
      const email = await createAccount(page, 'Wanda Firsttime');
      await isSaid('a sent mail with a chosen time');
      presses += 1;
      await followConfirmingLink(page, email);
      await isSaid('confirming with a chosen time');
      await press(page.getByRole('button', { name: 'Confirm the address' }));

      // Signed in, and the time is held.
      await expect(page.getByText('This time is held for you until')).toBeVisible();
      await expect(page.getByRole('main')).toContainText(doctor);
      await expect(page.getByRole('main').locator('time').filter({ hasText: label })).not.toHaveCount(0);
      await ready(page);
      presses += 1;
      await giveReason(page, 'A rash since Sunday');
      presses += 1;
      await book(page);
      await mailTo(page, email, /^Your appointment on/);
      expect(presses).toBeLessThanOrEqual(9);
    });

    test('a time that is gone meanwhile leads to the nearest ones', async ({ page, person }) => {
      test.slow();
      const [rival, elsewhere] = [await person({ javaScriptEnabled }), await person({ javaScriptEnabled })];
      const { email } = await newPatient(elsewhere, 'Later Berit');
      await newPatient(rival, 'Sooner Imre');
      const doctor = await doctorElsewhere(page, 'Dr Mags Wanted');
      await findDoctor(page, doctor);
      await ready(page);
      const { value } = await pickTime(page);
      await goOnWithTime(page);
      await expect(page).toHaveURL(/\/sign-in\?next=/);
      await ready(page);

      await findDoctor(rival, doctor);
      await ready(rival);
      const day = new URL(page.url()).searchParams.get('next')!;
      await rival.goto(day);
      await rival.locator(`input[type="radio"][value="${value}"]`).check({ force: true });
      await goOnWithTime(rival);
      await expect(rival.getByText('This time is held for you until')).toBeVisible();

      await page.getByLabel('Email address').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL(/\/book\/other\?/);
      await expect(page.getByText('This time is no longer free.')).toBeVisible();
      await expect(page.getByText('Choose one of the nearest free times.')).toBeVisible();
      await looked(page, 'other times for a stranger');
      await page.getByRole('radio').first().check({ force: true });
      await page.getByRole('button', { name: 'Choose this time' }).click();
      await giveReason(page, 'A rash since Monday');
      await book(page);
    });

    test('changing the time keeps the reason and the day, and so does the way back', async ({ page }) => {
      test.slow();
      await newPatient(page, 'Minda Changing');
      await onFullDay(page, await doctorElsewhere(page, 'Dr Edda Steadfast'));
      const value = await chooseTime(page, 3);
      await giveReason(page, 'Dizzy when I get up');
      await page.goBack();
      await expect(page.getByLabel('What brings you here?')).toHaveValue('Dizzy when I get up');
      await ready(page);
      await giveReason(page, 'Dizzy when I get up quickly');

      await page.getByRole('link', { name: 'Change Time' }).click();
      const same = page.locator(`input[type="radio"][value="${value}"]`);
      await expect(same).toBeChecked();
      await ready(page);
      const others = page.getByRole('radio');
      const other = (await others.nth(0).getAttribute('value')) === value ? others.nth(1) : others.nth(0);
      await other.check({ force: true });
      await goOnWithTime(page);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
      await expect(page.getByText('Dizzy when I get up quickly')).toBeVisible();
      await looked(page, 'the answers with another time');
      await book(page);
    });
  });
}

test('the link of the mail signs in only the browser of the sign-up', async ({ page, person }) => {
  const elsewhere = await person();
  await page.goto('/sign-up');
  await ready(page);
  const email = await createAccount(page, 'Wilma Elsewhere');
  await followConfirmingLink(elsewhere, email);
  await elsewhere.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(elsewhere).toHaveURL(/\/confirm\/done/);
  await elsewhere.goto('/patient');
  await expect(elsewhere).toHaveURL(/\/sign-in\?next=/);
});

test('a stranger sees times in the zone of the browser, and the account gets it', async ({ person }) => {
  const page = await person({ timezoneId: 'America/New_York' });
  // The first page was made before the zone was known; it follows as soon as it reacts.
  await page.goto('/doctors');
  await ready(page);
  await expect(page.getByText('Times are shown in your time zone (New York).')).toBeVisible();
  await expect(page.getByRole('contentinfo')).toHaveText('In an emergency call 911. Bedside is not for emergencies.');
  // Later pages come with it from the server.
  const html = await (await page.request.get('/doctors')).text();
  expect(html).toContain('Times are shown in your time zone (New York).');
  await page.getByRole('link', { name: /^See all times of/ }).first().click();
  await expect(page.getByText('Times are shown in your time zone (New York).')).toBeVisible();
  const form = await (await page.request.get('/sign-up')).text();
  expect(form).toContain('value="America/New_York" selected');
});

test('without scripts the zone of the clinic is named, and none is preset', async ({ person, complaints }) => {
  complaints.allow(WITHOUT_SCRIPTS);
  const page = await person({ javaScriptEnabled: false });
  await page.goto('/doctors');
  await expect(page.getByText('Times are shown in the time zone of the clinic.')).toBeVisible();
  await page.getByRole('link', { name: /^See all times of/ }).first().click();
  await expect(page.getByText(/^Times are shown in the time zone of .+ \(.+\/.+\)\.$/)).toBeVisible();
  await expect(page.getByText('your time zone')).toHaveCount(0);
  await page.goto('/sign-up');
  await expect(page.getByLabel('Time zone')).toHaveValue('');
  await page.goto('/');
  await expect(page.getByText('your own time zone')).toHaveCount(0);
});
