import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig, devices, type Project } from '@playwright/test';
import { launchOptions } from './chromium.mjs';
import { readDemo } from './tests/demo';
import { RATE, patience } from './tests/pace';

/** The flag that makes Chromium accept the self-signed certificate of the tests' relay, and no other one. */
function trusted(): string[] {
  if (!process.env.RELAY_CERTIFICATE) return [];
  const { publicKey } = new X509Certificate(readFileSync(process.env.RELAY_CERTIFICATE));
  const hash = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
  return [`--ignore-certificate-errors-spki-list=${hash}`];
}

/** The made-up camera takes 5 pictures a second instead of 20: each is encoded, decoded and drawn without a graphics card, for both people of a call. */
const slowCamera = (argument: string): string => (argument === '--use-fake-device-for-media-stream' ? `${argument}=fps=5` : argument);

const use = { ...devices['Desktop Chrome'] };

/** The longest tests start first, so that at the end no worker is still busy with one while the others are idle. */
const longFirst: Project[] = [
  { name: 'long', use, grep: /@long/ },
  { name: 'chromium', use, grepInvert: /@long/ },
];

/** A test in the random order that `cargo xtask test --repeat` has chosen. */
interface Drawn {
  file: string;
  titles: string[];
}

/** Playwright runs projects in the order in which they are listed, so for a random order each test becomes a project. */
function drawn(path: string): Project[] {
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return (JSON.parse(readFileSync(path, 'utf8')) as Drawn[]).map(({ file, titles }, index) => ({
    name: `${index + 1}`,
    use,
    testMatch: `**/${file}`,
    // Playwright matches this against the project, the file, the titles and the tags.
    grep: new RegExp(`${escaped([file, ...titles].join(' '))}( @\\S+)*$`),
  }));
}

// Each worker has its own clinic (see `readDemo`), and each test creates the people and the appointments that it changes.
export default defineConfig({
  testDir: './tests',
  // The timeouts are long because the machine may be busy with other work.
  timeout: patience(90_000),
  expect: { timeout: patience(20_000) },
  // `cargo xtask test` sets the number of workers to the number of clinics. A clinic that was started by hand has one worker.
  workers: 1,
  fullyParallel: true,
  // No retries: a test that passes only at the second try has found a fault.
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    // The server writes its address to demo.json. BASE_URL is for a server that was started in another way.
    baseURL: process.env.BASE_URL ?? readDemo()?.url ?? 'http://localhost:3000',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    actionTimeout: patience(20_000),
    navigationTimeout: patience(60_000),
    // In a slow run a failure may be hard to reproduce, so keep a trace of actions and answers. Pictures would cost time in every test.
    trace: RATE > 1 ? { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false } : 'off',
    screenshot: 'only-on-failure',
    launchOptions: { ...launchOptions, args: [...launchOptions.args.map(slowCamera), ...trusted()] },
  },
  projects: process.env.ORDER ? drawn(process.env.ORDER) : longFirst,
});
