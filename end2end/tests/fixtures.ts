import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

import { signInFor } from './demo';
import { RATE, patience, slowDown } from './pace';

export { expect, patience, signInFor };

/** One mail as the development mailbox shows it. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  message_id: string;
}

/** What Chromium says of pages whose scripts may not run: what is preloaded for the scripts goes unused. */
export const WITHOUT_SCRIPTS = /request failed: csp|was preloaded using link preload but not used/;

/** What Chromium says of a page that takes seconds to use what it has preloaded, as a throttled one does. */
const WHEN_THROTTLED = /was preloaded using link preload but not used within a few seconds/;

/** What went wrong in any page of a test. */
export interface Complaints {
  /** Says that complaints matching this are what the test is about; one that never comes fails nothing. */
  allow(pattern: RegExp): void;
  /** Those collected so far that nobody allowed. */
  unexpected(): string[];
  /**
   * Watches a context that the test opened itself; what matches `except` is not heard in
   * it. The context of the test's `page` is watched already.
   */
  watch(context: BrowserContext, except?: RegExp): void;
}

/** Who watches a context, so that a context opened in its place is watched as well. */
const watchers = new WeakMap<BrowserContext, Complaints>();

/** The complaints of the test that this page belongs to. */
export function complaintsOf(page: Page): Complaints | undefined {
  return watchers.get(page.context());
}

function collect(): Complaints {
  const heard: string[] = [];
  const allowed: RegExp[] = [];
  const watched = new WeakSet<BrowserContext>();
  const complaints: Complaints = {
    allow: pattern => void allowed.push(pattern),
    unexpected: () => heard.filter(complaint => !allowed.some(pattern => pattern.test(complaint))),
    watch(context, except) {
      if (watched.has(context)) return;
      watched.add(context);
      watchers.set(context, complaints);
      const hear = (complaint: string): void => {
        if (except?.test(complaint) || (RATE > 1 && WHEN_THROTTLED.test(complaint))) return;
        heard.push(complaint);
      };
      context.on('console', message => {
        if (['error', 'warning'].includes(message.type())) {
          hear(`console ${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      context.on('weberror', error => hear(`page error: ${error.error().message}`));
      context.on('response', response => {
        if (response.status() >= 400) hear(`response ${response.status()}: ${response.request().method()} ${response.url()}`);
      });
      context.on('requestfailed', request => {
        // Leaving a page cancels what it was loading.
        const reason = request.failure()?.errorText ?? 'unknown';
        if (reason !== 'net::ERR_ABORTED') hear(`request failed: ${reason} ${request.url()}`);
      });
    },
  };
  return complaints;
}

interface Fixtures {
  /** Collected in every test; at its end anything that was not allowed fails it. */
  complaints: Complaints;
  /** Opens a further person's browser: own cookies, watched as the first one, closed at the end. */
  person: (options?: Parameters<import('@playwright/test').Browser['newContext']>[0]) => Promise<Page>;
}

export const test = base.extend<Fixtures, { pace: void }>({
  pace: [
    async ({ browser }, use) => {
      const atFullSpeed = await slowDown(browser, RATE);
      await use();
      await atFullSpeed();
    },
    { scope: 'worker', auto: true },
  ],
  complaints: [
    async ({}, use) => {
      const complaints = collect();
      await use(complaints);
      expect(complaints.unexpected(), 'errors, warnings and failed requests in the browser').toEqual([]);
    },
    { auto: true },
  ],
  context: async ({ context, complaints }, use) => {
    complaints.watch(context);
    await use(context);
  },
  person: async ({ browser, complaints }, use) => {
    const opened: BrowserContext[] = [];
    await use(async options => {
      const context = await browser.newContext(options);
      opened.push(context);
      complaints.watch(context);
      return context.newPage();
    });
    await Promise.all(opened.map(context => context.close()));
  },
});

// Time limits that a test sets itself are scaled as those of the configuration are.
const setTimeout = test.setTimeout.bind(test);
test.setTimeout = ms => setTimeout(ms * RATE);

/** The development mailbox, newest first. It is read beside the page, whose own address does not change. */
export async function mailbox(page: Page): Promise<Mail[]> {
  const response = await page.request.get('/dev/mail.json');
  expect(response.status(), 'the development mailbox answers').toBe(200);
  return (await response.json()) as Mail[];
}

/** Waits for the newest mail to `to` whose subject matches. */
export async function mailTo(page: Page, to: string, subject: RegExp): Promise<Mail> {
  const find = async () => (await mailbox(page)).find(mail => mail.to.includes(to) && subject.test(mail.subject));
  await expect.poll(find, { message: `a mail to ${to} about ${subject}`, timeout: patience(20_000) }).toBeTruthy();
  return (await find())!;
}

/** Signs in as the demonstration's person of a role, and waits for their home. */
export async function signIn(page: Page, role: string): Promise<void> {
  const { email, password } = signInFor(role);
  await signInAs(page, email, password);
  await page.waitForURL(`**/${role}`);
}

/** Signs in with an address and a password. */
export async function signInAs(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}
