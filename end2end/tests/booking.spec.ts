// Booking, with and without JavaScript, and what happens when someone else takes the time first.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, mailTo, test } from './fixtures';
import { inspectWhere } from './inspect';
import { book, chooseTime, doctorElsewhere, giveReason, goOnWithTime, newPatient, onFullDay } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });
    const looked = inspectWhere(javaScriptEnabled);

    test('somebody books a visit, is told by mail, and cancels it', async ({ page, complaints }) => {
      test.slow();
      const { email } = await newPatient(page, 'Björk Ní Dhomhnaill');
      await onFullDay(page, await doctorElsewhere(page, 'Dr Anwen Hughes'));
      await chooseTime(page, 1);
      await expect(page.getByText('This time is held for you until')).toBeVisible();
      await looked(page, 'the reason');
      complaints.allow(/422/);
      await page.getByRole('button', { name: 'Check your answers' }).click();
      await expect(page.getByRole('alert').first()).toBeVisible();
      await looked(page, 'a reason that is missing');
      await giveReason(page, 'Trouble sleeping since the summer');
      // The text of the reason is kept when the patient goes back and forward again.
      await page.goBack();
      await giveReason(page, 'Trouble sleeping since the autumn');
      await expect(page.getByText('since the autumn')).toBeVisible();
      await looked(page, 'the answers');
      await book(page);
      await mailTo(page, email, /^Your appointment on/);
      // Going back and pressing the button again must not book a second visit.
      const booked = page.url();
      await page.goBack();
      const again = page.getByRole('button', { name: 'Book this visit' });
      if (await again.isVisible()) {
        await again.click();
        await expect(page).toHaveURL(/\/(appointments|book)\//);
      }
      await page.goto('/appointments');
      await expect(page.getByRole('link', { name: /^Details of the visit/ })).toHaveCount(1);

      await page.goto(new URL(booked).pathname);
      await page.getByRole('link', { name: 'Cancel this visit' }).click();
      await page.getByRole('button', { name: 'Cancel the visit' }).click();
      await expect(page.getByText('Cancelled', { exact: true }).first()).toBeVisible();
      await looked(page, 'a cancelled visit');
      await mailTo(page, email, /^Cancelled/);
    });

    test('who comes too late is offered the nearest times, and keeps the words', async ({ page, person, complaints }) => {
      test.slow();
      const rival = await person({ javaScriptEnabled });
      const tab = await page.context().newPage();
      await newPatient(page, 'Late Tamsin');
      await newPatient(rival, 'Early Rowan');
      await onFullDay(page, await doctorElsewhere(page, 'Dr Idris Llewellyn'));
      const day = page.url();
      const chosen = await chooseTime(page, 2);
      await giveReason(page, 'A letter for my employer');
      // The patient holds another time in a second tab, which releases the first one; another patient books the first one.
      await tab.goto(day);
      await chooseTime(tab, 5);
      await expect(tab.getByText('This time is held for you until')).toBeVisible();
      await rival.goto(day);
      await rival.locator(`input[value="${chosen}"]`).check({ force: true });
      await goOnWithTime(rival);
      await giveReason(rival, 'Cough that does not go away');
      await book(rival);

      complaints.allow(/409/);
      await page.getByRole('button', { name: 'Book this visit' }).click();
      await expect(page.getByText('This time is no longer free.')).toBeVisible();
      await looked(page, 'other times');
      await page.getByRole('radio').first().check({ force: true });
      await page.getByRole('button', { name: 'Choose this time' }).click();
      await expect(page.getByText('A letter for my employer')).toBeVisible();
      await book(page);
    });
  });
}

test('the times in view follow what others do, and a choice stays as long as it can', async ({ page, person }) => {
  test.slow();
  const rival = await person();
  await newPatient(page, 'Watchful Ines');
  await newPatient(rival, 'Quick Malik');
  const day = await onFullDay(page, await doctorElsewhere(page, 'Dr Seren Vaughan'));
  const address = page.url();
  const times = page.getByRole('radio');
  const values = await times.evaluateAll(all => all.map(one => (one as HTMLInputElement).value));
  const time = (who: typeof page, index: number) => who.locator(`input[value="${values[index]}"]`);
  const free = async () => Number(/(\d+) times?$/.exec((await day.getAttribute('aria-label'))!)![1]);
  const hold = async (who: typeof page) => {
    await goOnWithTime(who);
    await expect(who.getByText('This time is held for you until')).toBeVisible();
  };
  const rivalHolds = async (index: number) => {
    await rival.goto(address);
    await time(rival, index).check({ force: true });
    await hold(rival);
  };
  const before = await free();
  expect(before).toBe(values.length);

  // When someone else takes a different time, the choice stays.
  await time(page, 1).focus();
  await page.keyboard.press('Space');
  await rivalHolds(0);
  await expect(time(page, 0)).toHaveCount(0);
  await expect.poll(free).toBe(before - 1);
  await expect(time(page, 1)).toBeChecked();
  await expect(time(page, 1)).toBeFocused();
  await expect(page.getByText('is no longer free')).toHaveCount(0);

  // Someone else takes the chosen time, which frees the time they held before. The page says so, and no time is chosen instead.
  await rivalHolds(1);
  await expect(page.getByRole('status').filter({ hasText: 'is no longer free. Choose another time.' })).toBeVisible();
  await expect(time(page, 1)).toHaveCount(0);
  await expect(time(page, 0)).toHaveCount(1);
  await expect(page.locator('input[type=radio]:checked')).toHaveCount(0);
  await expect(page.getByRole('group', { name: /^Times on/ })).toBeFocused();
  await inspectWhere(true)(page, 'a time that went');

  // Tab moves the focus to a time. When the lost time is free again, the message disappears and the new choice stays.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(time(page, 0)).toBeChecked();
  await rivalHolds(2);
  await expect(time(page, 1)).toHaveCount(1);
  await expect(page.getByText('is no longer free')).toHaveCount(0);
  await expect(time(page, 0)).toBeChecked();
  await hold(page);
});
