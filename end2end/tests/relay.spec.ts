// A relay alone on another machine, `bedside relay`, which shares nothing with the server but the secret: calls cross it over UDP, over TCP, and
// over TLS, for networks that let out less and less.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, signIn, test } from './fixtures';
import { connectedByRelay, relayOnly } from './media';

/** What `cargo xtask test` says of the relay that it started. */
interface Relay {
  urls: Record<'udp' | 'tcp' | 'tls', string>;
  metrics: string;
}

const relay = process.env.RELAY_JSON ? (JSON.parse(readFileSync(process.env.RELAY_JSON, 'utf8')) as Relay) : undefined;

test.skip(!readDemo() || !relay, 'no relay of its own is running');

async function figure(page: Page, name: string): Promise<number> {
  const text = await (await page.request.get(relay!.metrics)).text();
  return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\d+)`, 'm').exec(text)?.[1]);
}

test('a call crosses a relay on another machine over UDP, TCP and TLS', async ({ page, person }) => {
  test.setTimeout(240_000);
  let visit: string | undefined;
  for (const [way, url] of Object.entries(relay!.urls)) {
    const people = { permissions: ['camera', 'microphone'] };
    const [patient, doctor] = [await person(people), await person(people)];
    for (const one of [patient, doctor]) await relayOnly(one, url);
    await signIn(patient, 'patient');
    await signIn(doctor, 'doctor');
    const before = await figure(page, 'bedside_relay_bytes_total{direction="to_peers"}');
    if (visit) {
      await patient.goto(`/visits/${visit}`);
      await doctor.goto(`/doctor/visits/${visit}`);
    } else {
      // The page of the patient begins to hear news only when the doctor has let them in already: it notices all the same.
      let hear = (): void => {};
      const hears = new Promise<void>(resolve => (hear = resolve));
      await patient.routeWebSocket('/live', async socket => {
        await hears;
        socket.connectToServer();
      });
      await patient.goto((await patient.locator('a[href^="/visits/"]').first().getAttribute('href'))!);
      await patient.getByRole('button', { name: 'I am ready' }).click();
      await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
      visit = new URL(patient.url()).pathname.split('/').at(-1)!;
      await doctor.goto(`/doctor/visits/${visit}`);
      await doctor.getByRole('button', { name: 'Admit' }).click();
      await expect(doctor.locator('[data-call]')).toBeVisible();
      hear();
    }
    for (const one of [patient, doctor]) await connectedByRelay(one, way);
    expect(await figure(page, 'bedside_relay_bytes_total{direction="to_peers"}')).toBeGreaterThan(before + 10_000);
    // Who leaves gives back what the relay held for them.
    for (const one of [patient, doctor]) await one.getByRole('button', { name: 'Leave' }).click();
    await expect.poll(() => figure(page, 'bedside_relay_allocations'), { timeout: 20_000 }).toBe(0);
    await Promise.all([patient.context().close(), doctor.context().close()]);
  }
  await expect.poll(() => figure(page, 'bedside_relay_connections'), { timeout: 20_000 }).toBe(0);
  for (const reason of ['peer', 'credentials', 'quota']) expect(await figure(page, `bedside_relay_refused_total{reason="${reason}"}`)).toBe(0);
});
