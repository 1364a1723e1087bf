// A device that the person has turned off stays off: camera and microphone follow the call, in every tab and after a reload.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { inCall, mediaFlows, meet, relayOnly } from './media';
import { bookSoon, newDoctor, newPatient } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

interface Recorded extends Window {
  recorded: MediaStreamTrack[];
}

/** Records every track that the page gets, and delays requests for devices by `later_ms` when that is in the session storage. */
async function recordTracks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept: MediaStreamTrack[] = [];
    (window as unknown as Recorded).recorded = kept;
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async wanted => {
      const stream = await real(wanted);
      const later = Number(sessionStorage.getItem('later_ms') ?? 0);
      await new Promise(resolve => setTimeout(resolve, later));
      kept.push(...stream.getTracks());
      return stream;
    };
  });
}

/** The kinds of the tracks that are live now, and whether the microphone is enabled. */
async function recording(page: Page): Promise<{ kinds: string[]; sound?: boolean }> {
  return page.evaluate(() => {
    const live = (window as unknown as Recorded).recorded.filter(track => track.readyState === 'live');
    return { kinds: live.map(track => track.kind).sort(), sound: live.find(track => track.kind === 'audio')?.enabled };
  });
}

/** The page says that the other person is muted and has the camera off: by signs at the name, and in place of the picture. */
async function seesTurnedOff(page: Page, name: string): Promise<void> {
  await expect(page.getByText('Muted', { exact: true })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: `${name} is muted. ${name} turned the camera off.` })).toBeVisible();
  await expect(page.locator('.instead p')).toHaveText(`${name} turned the camera off.`);
  await expect(page.locator('video.remote')).toBeHidden();
}

/** On a phone on its side, and at 200 % zoom, the controls and the sentence are in the window, and the user's own picture covers neither. */
async function fitsLowWindows(page: Page): Promise<void> {
  const before = page.viewportSize()!;
  const sentence = page.locator('.instead p');
  for (const viewport of [{ width: 844, height: 390 }, { width: 640, height: 450 }]) {
    await page.setViewportSize(viewport);
    for (const name of ['Mute', 'Camera off', 'Leave']) await expect(page.getByRole('button', { name })).toBeInViewport({ ratio: 0.99 });
    await expect(sentence).toBeInViewport({ ratio: 0.99 });
    const [words, own] = [(await sentence.boundingBox())!, (await page.locator('.self').boundingBox())!];
    const apart = words.x + words.width <= own.x || own.x + own.width <= words.x || words.y + words.height <= own.y || own.y + own.height <= words.y;
    expect(apart, `the own picture does not cover the sentence at ${viewport.width} × ${viewport.height}`).toBe(true);
    await expect(page.getByRole('tab', { name: 'Notes' })).toBeVisible();
  }
  await page.setViewportSize(before);
  await expect(page.getByRole('timer')).toHaveText(/^\d\d:\d\d$/);
}

test('devices are used only in the call, and what was turned off stays off after a reload', async ({ page: patient, person }) => {
  test.setTimeout(300_000);
  const doctor = await person();
  const { name } = await newPatient(patient, 'Silas Quiet');
  const visit = await bookSoon(patient, (await newDoctor(doctor, 'Dr Rhiannon Okafor')).name, 'Only to talk.');
  for (const page of [patient, doctor]) await relayOnly(page);
  await recordTracks(patient);
  await meet(patient, doctor, visit);
  await mediaFlows(patient);
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['audio', 'video'], sound: true });

  // A person who has left the call is neither seen nor heard, and the devices are released.
  await patient.getByRole('button', { name: 'Leave' }).click();
  await expect(patient.getByText('You left the call.')).toBeVisible();
  await expect.poll(() => recording(patient)).toEqual({ kinds: [], sound: undefined });
  await expect(patient.getByRole('button', { name: 'Mute' })).toBeDisabled();
  await patient.getByRole('button', { name: 'Join again' }).click();
  await inCall(patient, doctor);
  await mediaFlows(doctor);
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['audio', 'video'], sound: true });

  // Mute and camera off are kept after leaving and joining again, and after a reload.
  await patient.getByRole('button', { name: 'Mute' }).click();
  await patient.getByRole('button', { name: 'Camera off' }).click();
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['audio'], sound: false });
  await seesTurnedOff(doctor, name);
  await patient.getByRole('button', { name: 'Leave' }).click();
  await expect(doctor.getByText('Muted', { exact: true })).toBeHidden();
  await patient.getByRole('button', { name: 'Join again' }).click();
  await inCall(patient, doctor);
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['audio'], sound: false });
  await patient.reload();
  await inCall(patient, doctor);
  await expect(patient.getByRole('button', { name: 'Unmute' })).toBeEnabled();
  await expect(patient.getByRole('button', { name: 'Camera on' })).toBeEnabled();
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['audio'], sound: false });
  await seesTurnedOff(doctor, name);
  await fitsLowWindows(doctor);
  await patient.getByRole('button', { name: 'Unmute' }).click();
  await expect(doctor.getByText('Muted', { exact: true })).toBeHidden();
  await patient.getByRole('button', { name: 'Camera on' }).click();
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['audio', 'video'], sound: true });
  await mediaFlows(doctor);

  // When the call moves to another tab, the first tab releases the devices; it takes them again when the call comes back.
  const tab = await patient.context().newPage();
  await relayOnly(tab);
  await recordTracks(tab);
  await tab.goto(`/visits/${visit}`);
  await inCall(tab, doctor);
  await expect(patient.getByText('You joined the call in another tab.')).toBeVisible();
  await expect(patient.getByText('In another tab', { exact: true })).toBeVisible();
  await expect.poll(() => recording(patient)).toEqual({ kinds: [], sound: undefined });
  await expect.poll(() => recording(tab)).toEqual({ kinds: ['audio', 'video'], sound: true });
  await patient.getByRole('button', { name: 'Use this tab instead' }).click();
  await inCall(patient, doctor);
  await expect.poll(() => recording(tab)).toEqual({ kinds: [], sound: undefined });
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['audio', 'video'], sound: true });

  // When the browser gives the devices only after the person has left, the page releases them.
  await patient.evaluate(() => sessionStorage.setItem('later_ms', '6000'));
  const given = await patient.evaluate(() => (window as unknown as Recorded).recorded.length);
  await patient.getByRole('button', { name: 'Leave' }).click();
  await patient.getByRole('button', { name: 'Join again' }).click();
  await patient.getByRole('button', { name: 'Leave' }).click();
  await expect.poll(() => patient.evaluate(() => (window as unknown as Recorded).recorded.length)).toBeGreaterThan(given);
  await expect.poll(() => recording(patient)).toEqual({ kinds: [], sound: undefined });
  await patient.evaluate(() => sessionStorage.removeItem('later_ms'));

  // When the browser takes the microphone away, the page shows that there is none.
  await patient.getByRole('button', { name: 'Join again' }).click();
  await inCall(patient, doctor);
  await patient.evaluate(() => {
    const track = (window as unknown as Recorded).recorded.find(track => track.kind === 'audio' && track.readyState === 'live')!;
    track.dispatchEvent(new Event('ended'));
  });
  await expect(patient.getByRole('button', { name: 'No microphone' })).toBeDisabled();
  await expect.poll(() => recording(patient)).toEqual({ kinds: ['video'], sound: undefined });
});
