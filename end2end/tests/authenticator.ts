// A device with passkeys, which Chromium makes up.
import type { CDPSession, Page } from '@playwright/test';
import { expect } from './fixtures';
import { PASSWORD, ready } from './people';

/** A device in this page that keeps passkeys, and checks who uses it. */
export async function device(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  // The made-up device answers suggestions at once, and the test presses the button instead.
  await page.addInitScript(() => {
    if ('PublicKeyCredential' in window) PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

/** Adds a passkey on its page, which is open and reacts, for a person without a second factor. */
export async function addPasskey(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name of the passkey').fill(name);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Add the passkey' }).click();
  await expect(page.getByRole('link', { name: `Change the passkey ${name}` })).toBeVisible();
}

/** Opens the sign-in page and signs in there with a passkey. */
export async function usePasskey(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await ready(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
}
