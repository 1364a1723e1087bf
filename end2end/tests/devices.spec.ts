// Without a camera or microphone, the visit continues with what is available.
import { programThatAsks } from '../chromium.mjs';
import { readDemo } from './demo';
import { expect, test } from './fixtures';
import { inspect } from './inspect';
import { media, mediaFlows, meet, relayOnly } from './media';
import { bookSoon, doctorElsewhere, newDoctor, newPatient } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

for (const [name, words] of [['NotAllowedError', 'is blocking the camera'], ['NotFoundError', 'We found no camera']] as const) {
  test(`the devices answer ${name}: the page says what to do, and waiting goes on`, async ({ page }) => {
    await page.addInitScript(kind => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', kind));
    }, name);
    await newPatient(page, 'Hafwen Unseen');
    const visit = await bookSoon(page, await doctorElsewhere(page, 'Dr Carys Penhallow'), 'Only to talk.');
    await page.goto('/patient');
    await page.locator('a[href^="/visits/"]').first().click();
    await page.waitForURL(`**/visits/${visit}`);
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByText('You can continue without a camera.')).toBeVisible();
    await page.getByRole('button', { name: 'I am ready' }).click();
    await expect(page.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible();
    await page.getByRole('button', { name: 'Leave the waiting room' }).click();
    await expect(page.getByRole('button', { name: 'I am ready' })).toBeVisible();
  });
}

/** What the patient's browser has and allows. Without Chromium's option that accepts every request, the permissions decide. */
const ALLOWED = [
  { what: 'neither is allowed', has: true, permissions: ['geolocation'], camera: 'refused', microphone: 'refused' },
  { what: 'there is neither', has: false, permissions: ['camera', 'microphone'], camera: 'missing', microphone: 'missing' },
  { what: 'only the microphone is allowed', has: true, permissions: ['microphone'], camera: 'refused', microphone: 'ready' },
];

test('a patient without camera, or without both, sees and hears the doctor and writes with them', async ({ page: booking, person, complaints, playwright, launchOptions, baseURL }) => {
  test.setTimeout(300_000);
  const doctor = await person({ permissions: ['camera', 'microphone'] });
  const names = { doctor: (await newDoctor(doctor, 'Dr Rhiannon Okafor')).name, patient: 'Silas Quiet' };
  await newPatient(booking, names.patient);
  await relayOnly(doctor);
  const storageState = await booking.context().storageState();
  for (const { what, has, permissions, camera, microphone } of ALLOWED) {
    await test.step(what, async () => {
      const left = (one: string) => !one.includes('--use-fake-ui') && (has || !one.includes('--use-fake-device'));
      const browser = await playwright.chromium.launch({ ...launchOptions, executablePath: programThatAsks, args: launchOptions.args!.filter(left) });
      const context = await browser.newContext({ baseURL, storageState, permissions });
      complaints.watch(context);
      const patient = await context.newPage();
      await relayOnly(patient);
      const visit = await bookSoon(booking, names.doctor, 'Only to talk.');
      await patient.goto(`/visits/${visit}`);
      // Without the fake devices, Chromium finds the real devices of the machine. Most test machines have none; otherwise this step is skipped.
      const real = has ? 0 : await patient.evaluate(async () => (await navigator.mediaDevices.enumerateDevices()).filter(one => one.kind !== 'audiooutput').length);
      if (real) return void (await browser.close());
      await expect(patient.locator(`[data-camera="${camera}"][data-microphone="${microphone}"]`)).toBeVisible();
      await meet(patient, doctor, visit);
      await mediaFlows(patient);
      // The page tells the patient that they are not seen, and offers no button for a missing device.
      await expect(patient.getByText('Your camera is off')).toBeVisible();
      await expect(patient.getByRole('button', { name: 'No camera' })).toBeDisabled();
      const hears = microphone === 'ready';
      if (hears) await expect(patient.getByRole('button', { name: 'Mute' })).toBeEnabled();
      else await expect(patient.getByRole('button', { name: 'No microphone' })).toBeDisabled();
      // The page tells the doctor which devices the patient has.
      await expect(doctor.getByText(hears ? `You can hear ${names.patient}, but there is no picture.` : `${names.patient} is here, without a camera and a microphone.`)).toBeVisible();
      await expect(doctor.locator('video.remote')).toBeHidden();
      const before = await media(doctor);
      if (hears) await expect.poll(async () => (await media(doctor)).sound, { message: 'sound arrives' }).toBeGreaterThan(before.sound + 5);
      expect((await media(doctor)).frames).toBe(0);
      if (!hears) expect((await media(doctor)).sound).toBe(0);

      await patient.getByRole('button', { name: 'Chat' }).click();
      await patient.getByLabel('Your message').fill('I can only write.');
      await patient.getByRole('button', { name: 'Send' }).click();
      await doctor.getByRole('tab', { name: 'Chat' }).click();
      await expect(doctor.getByRole('log')).toContainText('I can only write.');
      await doctor.getByLabel('Your message').fill('That will do.');
      await doctor.getByRole('button', { name: 'Send' }).click();
      await expect(patient.getByRole('log')).toContainText('That will do.');
      if (what === ALLOWED[0]!.what) for (const [page, who] of [[patient, 'patient'], [doctor, 'doctor']] as const) await inspect(page, `a call without devices, ${who}`);
      await patient.getByRole('button', { name: 'Leave' }).click();
      await browser.close();
    });
  }
});
