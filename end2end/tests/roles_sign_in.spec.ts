// Everybody who works in a clinic, and patients, sign in in each of the ways that do without the password alone: at a provider, with a passkey, and with a code of
// an authenticator app. Whoever signs in arrives at the home page of their role. Each way has a test of its own elsewhere: `openid`, `passkeys`, `second-factor`.
import type { Page } from '@playwright/test';
import { addPasskey, device, usePasskey } from './authenticator';
import { readDemo } from './demo';
import { expect, signInAs, test } from './fixtures';
import { PASSWORD, appOf, coined, dropSession, enterCode, newDoctor, newPatient, newStaff, ready, signedInAs, type Person } from './people';
import { allowItsPages, signInThere, startProvider, stopProvider } from './provider';
import { code } from './totp';

test.skip(!readDemo() || !process.env.CLINICS, 'no clinic with a provider is running');

/** A member of staff who was invited in this role. */
const invited = (role: string, home: string) => (page: Page) => newStaff(page, coined('Merryn Penrose'), role, home);

/** The roles, each with its home page and how somebody gets it. */
const ROLES: { role: string; home: string; join: (page: Page) => Promise<Person> }[] = [
  { role: 'patient', home: 'patient', join: page => newPatient(page, coined('Elowen Rowe')) },
  { role: 'doctor', home: 'doctor', join: page => newDoctor(page, 'Dr Piran Nance') },
  { role: 'nurse', home: 'ward', join: invited('nurse', 'ward') },
  { role: 'receptionist', home: 'desk', join: invited('receptionist', 'desk') },
  { role: 'pharmacist', home: 'pharmacy', join: invited('pharmacist', 'pharmacy') },
  { role: 'lab technician', home: 'laboratory', join: invited('lab_technician', 'laboratory') },
  { role: 'member of support', home: 'admin', join: invited('support', 'admin') },
  { role: 'administrator', home: 'admin', join: invited('admin', 'admin') },
];

for (const { role, home, join } of ROLES) {
  test(`at a provider, with a passkey and with a code: the ways in of a ${role}`, async ({ page, complaints }) => {
    allowItsPages(complaints);
    const isAtHome = async () => {
      await page.waitForURL(`**/${home}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    };
    await device(page);
    const { email } = await join(page);
    await page.goto('/account/passkeys');
    await ready(page);
    await addPasskey(page, 'My phone');

    await dropSession(page);
    await usePasskey(page);
    await isAtHome();

    // The provider opens the account after its owner has signed in once in this browser.
    await dropSession(page);
    const server = await startProvider();
    try {
      await signInThere(page, email);
      await expect(page.getByText('One more step')).toBeVisible();
      await signedInAs(page, email, home);
      await dropSession(page);
      await signInThere(page, email);
      await isAtHome();
    } finally {
      await stopProvider(server);
    }

    // Without a page that would notice that its session is another one.
    await page.goto('about:blank');
    const secret = await appOf(page);
    await dropSession(page);
    await signInAs(page, email, PASSWORD);
    // Setting up has used up the code of that time, so this is the next one.
    await enterCode(page, code(secret, 1));
    await isAtHome();
  });
}
