import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';
import { readDemo } from './tests/demo';

/** The certificate of the tests' own relay, the only one that Chromium takes without knowing who signed it. */
function trusted(): string[] {
  if (!process.env.RELAY_CERTIFICATE) return [];
  const { publicKey } = new X509Certificate(readFileSync(process.env.RELAY_CERTIFICATE));
  const hash = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
  return [`--ignore-certificate-errors-spki-list=${hash}`];
}

// One clinic serves all tests, so they run one after the other; each makes the people and appointments that it changes.
export default defineConfig({
  testDir: './tests',
  // Generous: the machine may be busy with other things.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 1,
  fullyParallel: false,
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    // The server says in demo.json where it is; BASE_URL is for one that was started otherwise.
    baseURL: process.env.BASE_URL ?? readDemo()?.url ?? 'http://localhost:3000',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    actionTimeout: 20_000,
    navigationTimeout: 60_000,
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        ...trusted(),
      ],
    },
  },
  projects: [{ name: 'chromium', use: { ...devices['Desktop Chrome'] } }],
});
