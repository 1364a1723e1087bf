import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, signInFor, test } from './fixtures';

test.skip(!readDemo(), 'no demonstration clinic is running');

interface Watched extends Window {
  watchedPeers: RTCPeerConnection[];
}

/** Keeps the page's peer connections, so that the test can ask them what they decoded. */
async function watchPeers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept: RTCPeerConnection[] = [];
    (window as unknown as Watched).watchedPeers = kept;
    const Real = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Real {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        kept.push(this);
      }
    };
  });
}

/** Frames decoded by the newest connection, and the kinds of candidates of the pair in use. */
async function media(page: Page): Promise<{ frames: number; kinds: string[] }> {
  return page.evaluate(async () => {
    const peer = (window as unknown as Watched).watchedPeers.at(-1);
    if (!peer) return { frames: 0, kinds: [] };
    const entries = [...(await peer.getStats()).values()] as Record<string, never>[];
    const frames = entries.filter(entry => entry.type === 'inbound-rtp' && entry.kind === 'video').reduce((sum, entry) => sum + (entry.framesDecoded ?? 0), 0);
    const pair = entries.find(entry => entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded');
    const kinds = entries.filter(entry => entry.id === pair?.localCandidateId || entry.id === pair?.remoteCandidateId).map(entry => entry.candidateType);
    return { frames, kinds };
  });
}

async function framesFlow(page: Page): Promise<void> {
  const before = (await media(page)).frames;
  await expect.poll(async () => (await media(page)).frames, { message: 'frames are decoded', timeout: 20_000 }).toBeGreaterThan(before + 5);
}

async function signIn(page: Page, role: string): Promise<void> {
  const { email, password } = signInFor(role);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`**/${role}`);
}

test('a patient waits, is admitted, sees and hears the doctor through the relay, and chats', async ({ page: patient, person }) => {
  test.slow();
  const doctor = await person({ permissions: ['camera', 'microphone'] });
  await patient.context().grantPermissions(['camera', 'microphone']);
  await Promise.all([watchPeers(patient), watchPeers(doctor)]);
  await Promise.all([signIn(patient, 'patient'), signIn(doctor, 'doctor')]);

  const way = patient.locator('a[href^="/visits/"]').first();
  const visit = (await way.getAttribute('href'))!;
  await patient.goto(`${visit}?relay=only`);
  await expect(patient.locator('[data-camera="ready"]')).toBeVisible();
  const waiting = doctor.locator('[data-who-waits]');
  await expect(waiting).toContainText('Nobody waits');
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();

  // The doctor's page changes by itself; so does the patient's.
  await waiting.getByRole('link', { name: 'Open the visit' }).click();
  await doctor.waitForURL('**/doctor/visits/*');
  await doctor.goto(`${doctor.url()}?relay=only`);
  await doctor.getByRole('button', { name: 'Admit' }).click();
  for (const page of [patient, doctor]) await expect(page.locator('[data-call="connected"]')).toBeVisible({ timeout: 20_000 });
  for (const page of [patient, doctor]) {
    await framesFlow(page);
    expect((await media(page)).kinds).toContain('relay');
  }

  await patient.getByRole('button', { name: 'Chat' }).click();
  await patient.getByLabel('Your message').fill('Can you hear me?');
  await patient.getByRole('button', { name: 'Send' }).click();
  await expect(doctor.getByRole('log')).toContainText('Can you hear me?');
  await doctor.getByLabel('Your message').fill('Yes, well.');
  await doctor.getByRole('button', { name: 'Send' }).click();
  await expect(patient.getByRole('log')).toContainText('Yes, well.');

  // A reload comes back into the call, with what was written.
  await patient.reload();
  await expect(patient.locator('[data-call="connected"]')).toBeVisible({ timeout: 20_000 });
  await framesFlow(patient);
  await patient.getByRole('button', { name: 'Chat' }).click();
  await expect(patient.getByRole('log')).toContainText('Yes, well.');

  await patient.getByRole('button', { name: 'Mute' }).click();
  await expect(patient.getByRole('button', { name: 'Unmute' })).toBeVisible();
  await patient.getByRole('button', { name: 'Leave' }).click();
  await expect(patient.getByText('The visit has not ended.')).toBeVisible();
  await expect(doctor.locator('[data-call="waiting"]')).toBeVisible();
  await patient.getByRole('button', { name: 'Join again' }).click();
  await framesFlow(doctor);
});
