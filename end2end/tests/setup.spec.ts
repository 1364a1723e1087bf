// An empty database becomes an installation. The first start of its server, in production, prints a link. The link opens a page with the organisation, the first
// clinic and the first administrator, who sets up an app for codes, invites somebody, and signs in again.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, patience, test } from './fixtures';
import { inspectWhere } from './inspect';
import { PASSWORD, address, dropSession, enterCode, giveZone, ready } from './people';
import { code } from './totp';

/** How a server is started on a database without tables. `cargo xtask test` writes it. */
interface Start {
  program: string;
  folder: string;
  url: string;
  environment: Record<string, string>;
}

const described = process.env.EMPTY_JSON;

test.skip(!described, 'there is no empty database');

/** Migrates the database and starts the server; its process, and the link that it has printed. */
async function started({ program, folder, environment, url }: Start): Promise<{ server: ChildProcess; link: string }> {
  const options = { cwd: folder, env: { ...process.env, ...environment } };
  execFileSync(program, ['migrate'], { ...options, stdio: 'pipe' });
  const server = spawn(program, ['serve'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const output of [server.stdout, server.stderr]) {
    output.on('data', (piece: Buffer) => {
      printed += piece.toString();
    });
  }
  // What it has printed tells why it does not answer.
  const answered = () => fetch(`${url}/health/ready`).then(answer => answer.status, () => printed);
  await expect.poll(answered, { message: 'the server is ready', timeout: patience(120_000) }).toBe(200);
  const link = /http:\/\/localhost:\d+\/setup\/\w+/.exec(printed);
  expect(link, printed).not.toBeNull();
  return { server, link: link![0] };
}

test('an empty installation is set up by the printed link, once', async ({ page }) => {
  test.setTimeout(300_000);
  const start = JSON.parse(readFileSync(described!, 'utf8')) as Start;
  const { server, link } = await started(start);
  try {
    const email = address('Ida First');
    await page.goto(link);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set up Bedside');
    await ready(page);
    await inspectWhere(true)(page, 'setting an installation up');
    await page.getByLabel('Name of the organisation').fill('Riverside Health');
    await page.getByLabel('Name of the clinic').fill('Riverside Clinic');
    await page.getByLabel('Country').selectOption('GB');
    await giveZone(page);
    await page.getByLabel('Address', { exact: true }).fill('14 Weir Lane\nReading');
    await page.getByLabel('Currency').fill('GBP');
    await page.getByLabel('Your full name').fill('Ida First');
    await page.getByLabel('Email address').last().fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Set up Bedside' }).click();

    // Everybody who works there needs an app for codes, the administrator too.
    await page.waitForURL('**/sign-in/second');
    await ready(page);
    const secret = await page.locator('code.secret').innerText();
    await page.getByLabel('Code', { exact: true }).fill(code(secret));
    await page.getByRole('button', { name: 'Confirm the app' }).click();
    await page.waitForURL('**/admin');

    await page.goto(`${start.url}/admin/invitations`);
    await ready(page);
    await page.getByLabel('Email address').fill(address('Rosa Second'));
    await page.getByLabel('Role').selectOption('receptionist');
    await page.getByLabel('Clinic').selectOption({ label: 'Riverside Clinic' });
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await expect(page.getByText('The invitation is on its way')).toBeVisible();

    await page.goto(link);
    await expect(page.getByText('This link was used before')).toBeVisible();
    await dropSession(page);
    await page.goto(`${start.url}/sign-in`);
    await ready(page);
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    // The code of that time was used up when the app was confirmed.
    await enterCode(page, code(secret, 1));
    await page.waitForURL('**/admin');
    // The page would notice that its server stops.
    await page.goto('about:blank');
  } finally {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
  }
});
