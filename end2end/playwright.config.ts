import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig, devices, type Project } from '@playwright/test';
import { readDemo } from './tests/demo';
import { RATE, patience } from './tests/pace';

/** The certificate of the tests' own relay, the only one that Chromium takes without knowing who signed it. */
function trusted(): string[] {
  if (!process.env.RELAY_CERTIFICATE) return [];
  const { publicKey } = new X509Certificate(readFileSync(process.env.RELAY_CERTIFICATE));
  const hash = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
  return [`--ignore-certificate-errors-spki-list=${hash}`];
}

const use = { ...devices['Desktop Chrome'] };

/** The tests that take longest begin first, so that no worker is left alone with one of them at the end. */
const longFirst: Project[] = [
  { name: 'long', use, grep: /@long/ },
  { name: 'chromium', use, grepInvert: /@long/ },
];

/** A test of the order that `cargo xtask test --repeat` has drawn. */
interface Drawn {
  file: string;
  titles: string[];
}

/** Playwright runs projects in the order in which they stand here, so in a random order each test is a project. */
function drawn(path: string): Project[] {
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return (JSON.parse(readFileSync(path, 'utf8')) as Drawn[]).map(({ file, titles }, index) => ({
    name: `${index + 1}`,
    use,
    testMatch: `**/${file}`,
    // Playwright matches against the project, the file, the titles and the tags.
    grep: new RegExp(`${escaped([file, ...titles].join(' '))}( @\\S+)*$`),
  }));
}

// Each worker has a clinic of its own (see `readDemo`), and each test makes the people and the appointments that it changes.
export default defineConfig({
  testDir: './tests',
  // Generous: the machine may be busy with other things.
  timeout: patience(90_000),
  expect: { timeout: patience(20_000) },
  // `cargo xtask test` says how many clinics there are. One that was started by hand is shared by all tests, one after the other.
  workers: 1,
  fullyParallel: true,
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    // The server says in demo.json where it is; BASE_URL is for one that was started otherwise.
    baseURL: process.env.BASE_URL ?? readDemo()?.url ?? 'http://localhost:3000',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    actionTimeout: patience(20_000),
    navigationTimeout: patience(60_000),
    // In a slow run a failure may not come again: keep what was done and answered, without the pictures, which would cost time in every test.
    trace: RATE > 1 ? { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false } : 'off',
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
  projects: process.env.ORDER ? drawn(process.env.ORDER) : longFirst,
});
