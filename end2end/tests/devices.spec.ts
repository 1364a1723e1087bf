// Without camera and microphone the visit goes on with what there is.
import { readDemo } from './demo';
import { expect, signIn, test } from './fixtures';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const [name, words] of [['NotAllowedError', 'does not let us use your camera'], ['NotFoundError', 'We found no camera']] as const) {
  test(`the devices answer ${name}: the page says what to do, and waiting goes on`, async ({ page }) => {
    await page.addInitScript(kind => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', kind));
    }, name);
    await signIn(page, 'patient');
    await page.locator('a[href^="/visits/"]').first().click();
    await page.waitForURL('**/visits/*');
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByText('You can go on without a camera.')).toBeVisible();
    await page.getByRole('button', { name: 'I am ready' }).click();
    await expect(page.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
    await page.getByRole('button', { name: 'Leave the waiting room' }).click();
    await expect(page.getByRole('button', { name: 'I am ready' })).toBeVisible();
  });
}
