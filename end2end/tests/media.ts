// Checks what a call really does, by asking the browser instead of the page.
import type { Page } from '@playwright/test';
import { expect, patience } from './fixtures';

interface Watched extends Window {
  watchedPeers: RTCPeerConnection[];
}

/**
 * Records the page's peer connections, so that the test can read their statistics, and restricts them to the relay: the servers that the
 * application names, or the one at `url`, with the credentials from the application.
 */
export async function relayOnly(page: Page, url?: string): Promise<void> {
  await page.addInitScript(url => {
    const kept: RTCPeerConnection[] = [];
    (window as unknown as Watched).watchedPeers = kept;
    const Real = window.RTCPeerConnection;
    const limited = (configuration?: RTCConfiguration): RTCConfiguration => ({
      ...configuration,
      iceTransportPolicy: 'relay',
      iceServers: configuration?.iceServers?.map(server => (url ? { ...server, urls: [url] } : server)),
    });
    window.RTCPeerConnection = class extends Real {
      constructor(configuration?: RTCConfiguration) {
        super(limited(configuration));
        kept.push(this);
      }

      override setConfiguration(configuration?: RTCConfiguration): void {
        super.setConfiguration(limited(configuration));
      }
    };
  }, url);
}

/** Statistics of the newest connection: decoded frames, sound packets, the candidate types of the selected pair, and the transport to its relay. */
export async function media(page: Page): Promise<{ frames: number; sound: number; kinds: string[]; way?: string }> {
  return page.evaluate(async () => {
    const peer = (window as unknown as Watched).watchedPeers.at(-1);
    if (!peer) return { frames: 0, sound: 0, kinds: [] };
    const entries = [...(await peer.getStats()).values()] as Record<string, never>[];
    const inbound = (kind: string, field: string) =>
      entries.filter(entry => entry.type === 'inbound-rtp' && entry.kind === kind).reduce((sum, entry) => sum + (entry[field] ?? 0), 0);
    const selected = entries.find(entry => entry.type === 'transport')?.selectedCandidatePairId;
    const pair = entries.find(entry => entry.id === selected);
    const kinds = entries.filter(entry => entry.id === pair?.localCandidateId || entry.id === pair?.remoteCandidateId).map(entry => entry.candidateType);
    const way = entries.find(entry => entry.id === pair?.localCandidateId)?.relayProtocol;
    return { frames: inbound('video', 'framesDecoded'), sound: inbound('audio', 'packetsReceived'), kinds, way };
  });
}

/** Video and sound of the other person arrive, continue to arrive, and are shown and played on the page. */
export async function mediaFlows(page: Page): Promise<void> {
  const shown = () =>
    page.locator('video.remote').evaluate(element => {
      const video = element as HTMLVideoElement;
      const sounds = (video.srcObject as MediaStream | null)?.getAudioTracks().length ?? 0;
      return { width: video.videoWidth, plays: video.currentTime > 0 && !video.paused, sounds, visible: getComputedStyle(video).visibility };
    });
  await expect.poll(shown, { message: 'the picture of the other is on the page' }).toEqual({ width: expect.any(Number), plays: true, sounds: 1, visible: 'visible' });
  expect((await shown()).width).toBeGreaterThan(0);
  const before = await media(page);
  await expect.poll(async () => (await media(page)).frames, { message: 'frames are decoded' }).toBeGreaterThan(before.frames + 5);
  await expect.poll(async () => (await media(page)).sound, { message: 'sound arrives' }).toBeGreaterThan(before.sound + 5);
}

/** The call is connected, through a relay on both sides. If `way` is given, this side reaches its relay by that transport. */
export async function connectedByRelay(page: Page, way?: string): Promise<void> {
  await expect(page.locator('[data-call="connected"]')).toBeVisible({ timeout: patience(30_000) });
  await mediaFlows(page);
  // While the connection switches to a better pair, no pair is selected for a moment.
  const pair = async () => {
    const { kinds, way } = await media(page);
    return { kinds, way };
  };
  await expect.poll(pair, { message: 'the pair in use' }).toEqual({ kinds: ['relay', 'relay'], way: way ?? expect.any(String) });
}

/** Both people are connected in the call. */
export async function inCall(...pages: Page[]): Promise<void> {
  for (const page of pages) await expect(page.locator('[data-call="connected"]')).toBeVisible({ timeout: patience(30_000) });
}

/** The patient waits, the doctor admits them, and the call connects. */
export async function meet(patient: Page, doctor: Page, visit: string): Promise<void> {
  await patient.goto(`/visits/${visit}`);
  await patient.getByRole('button', { name: 'I am ready' }).click();
  await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
  await doctor.goto(`/doctor/visits/${visit}`);
  await doctor.getByRole('button', { name: 'Admit' }).click();
  await inCall(patient, doctor);
}
