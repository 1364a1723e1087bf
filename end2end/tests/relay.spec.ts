// A stand-alone relay as on another machine, `bedside relay`, which shares only the secret with the server. Calls go through it over UDP, TCP
// and TLS, for networks that allow less and less.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, patience, test } from './fixtures';
import { connectedByRelay, relayOnly } from './media';
import { bookSoon, newDoctor, newPatient, signedInAs } from './people';

/** The description of the relay that `cargo xtask test` started. */
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

test('a call crosses a relay on another machine over UDP, TCP and TLS', { tag: '@long' }, async ({ page, person }) => {
  test.setTimeout(400_000);
  const physician = await person();
  const { name, email: doctorEmail } = await newDoctor(physician, 'Dr Branwen Castell');
  const { email: patientEmail } = await newPatient(page, 'Pryderi Far');
  const visit = await bookSoon(page, name, 'Only to talk.');
  let admitted = false;
  for (const [way, url] of Object.entries(relay!.urls)) {
    const people = { permissions: ['camera', 'microphone'] };
    const [patient, doctor] = [await person(people), await person(people)];
    for (const one of [patient, doctor]) await relayOnly(one, url);
    await signedInAs(patient, patientEmail, 'patient');
    await signedInAs(doctor, doctorEmail, 'doctor');
    const before = await figure(page, 'bedside_relay_bytes_total{direction="to_peers"}');
    if (admitted) {
      await patient.goto(`/visits/${visit}`);
      await doctor.goto(`/doctor/visits/${visit}`);
    } else {
      // The patient's page receives events only after the doctor has admitted them, and must still notice the admission.
      let hear = (): void => {};
      const hears = new Promise<void>(resolve => (hear = resolve));
      await patient.routeWebSocket('/live', async socket => {
        await hears;
        socket.connectToServer();
      });
      await patient.goto(`/visits/${visit}`);
      await patient.getByRole('button', { name: 'I am ready' }).click();
      await expect(patient.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
      await doctor.goto(`/doctor/visits/${visit}`);
      await doctor.getByRole('button', { name: 'Admit' }).click();
      await expect(doctor.locator('[data-call]')).toBeVisible();
      hear();
      admitted = true;
    }
    for (const one of [patient, doctor]) await connectedByRelay(one, way);
    expect(await figure(page, 'bedside_relay_bytes_total{direction="to_peers"}')).toBeGreaterThan(before + 10_000);
    // When both leave, the relay frees their allocations.
    for (const one of [patient, doctor]) await one.getByRole('button', { name: 'Leave' }).click();
    await expect.poll(() => figure(page, 'bedside_relay_allocations'), { timeout: patience(20_000) }).toBe(0);
    await Promise.all([patient.context().close(), doctor.context().close()]);
  }
  await expect.poll(() => figure(page, 'bedside_relay_connections'), { timeout: patience(20_000) }).toBe(0);
  for (const reason of ['peer', 'credentials', 'quota']) expect(await figure(page, `bedside_relay_refused_total{reason="${reason}"}`)).toBe(0);
});
