import {
  test as base, expect, type APIRequestContext, type BrowserContext, type ConsoleMessage, type Page, type Request, type Response, type WebError,
} from '@playwright/test';

import { signInFor } from './demo';
import { RATE, patience, slowDown } from './pace';

export { expect, patience, signInFor };

/** A mail in the development mailbox. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  message_id: string;
}

/** What Chromium reports when scripts may not run: it refuses `net.js`. */
export const WITHOUT_SCRIPTS = /request failed: csp/;

/** What Chromium reports when a page, because it is throttled, needs seconds until it uses what was preloaded. */
const WHEN_THROTTLED = /was preloaded using link preload but not used within a few seconds/;

/** What the script of the parts reports when the page is left while they are being loaded. A part that really fails is a failed request too. */
const WHEN_LEFT = /^console error: TypeError: (Failed to fetch|WebAssembly compilation aborted)[^]*\/parts\.js/;

/** The errors, warnings and failed requests of all pages of a test. */
export interface Complaints {
  /** Allows complaints that match this pattern. It is not an error when none comes. */
  allow(pattern: RegExp): void;
  /** The complaints so far that no pattern allows. */
  unexpected(): string[];
  /**
   * Watches a context that the test opened itself, and throttles it in a slow run; complaints that match `except` are ignored in
   * it. The context of the test's `page` is watched already. Answers how to stop watching.
   */
  watch(context: BrowserContext, except?: RegExp): () => void;
}

/** The complaints that each context reports to, so that a context opened instead of it can be watched too. */
const watchers = new WeakMap<BrowserContext, Complaints>();

/** The complaints of the test that opened this page. */
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
      if (watched.has(context)) return () => {};
      watched.add(context);
      watchers.set(context, complaints);
      const hear = (complaint: string): void => {
        if (except?.test(complaint) || WHEN_LEFT.test(complaint) || (RATE > 1 && WHEN_THROTTLED.test(complaint))) return;
        heard.push(complaint);
      };
      const onConsole = (message: ConsoleMessage): void => {
        if (['error', 'warning'].includes(message.type())) {
          hear(`console ${message.type()}: ${message.text()} (${message.location().url})`);
        }
      };
      const onError = (error: WebError): void => hear(`page error: ${error.error().message}`);
      const onResponse = (response: Response): void => {
        if (response.status() >= 400) hear(`response ${response.status()}: ${response.request().method()} ${response.url()}`);
      };
      const onFailure = (request: Request): void => {
        // Leaving a page aborts its unfinished requests, which is not an error.
        const reason = request.failure()?.errorText ?? 'unknown';
        if (reason !== 'net::ERR_ABORTED') hear(`request failed: ${reason} ${request.url()}`);
      };
      context.on('console', onConsole);
      context.on('weberror', onError);
      context.on('response', onResponse);
      context.on('requestfailed', onFailure);
      return () => {
        context.off('console', onConsole);
        context.off('weberror', onError);
        context.off('response', onResponse);
        context.off('requestfailed', onFailure);
        watched.delete(context);
        watchers.delete(context);
      };
    },
  };
  return complaints;
}

interface Fixtures {
  /** Collected in every test; a complaint that was not allowed fails the test at its end. */
  complaints: Complaints;
  /** Opens a browser context for another person, with separate cookies; it is watched too, and closed at the end. */
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

// Scales the time limits that tests set themselves, as the configuration does with its own.
const setTimeout = test.setTimeout.bind(test);
test.setTimeout = ms => setTimeout(ms * RATE);

/** What sends requests without a page: a page, or its context. */
interface Sender {
  request: APIRequestContext;
}

/** The development mailbox, newest first, or only the mails to one address. It is read by a separate request, so a page stays where it is. */
export async function mailbox(sender: Sender, to?: string): Promise<Mail[]> {
  const response = await sender.request.get('/dev/mail.json', { params: to === undefined ? {} : { to } });
  expect(response.status(), 'the development mailbox answers').toBe(200);
  return (await response.json()) as Mail[];
}

/** Waits for the newest mail to `to` whose subject matches. */
export async function mailTo(sender: Sender, to: string, subject: RegExp): Promise<Mail> {
  const found: Mail[] = [];
  const find = async () => {
    found.push(...(await mailbox(sender, to)).filter(mail => mail.to.includes(to) && subject.test(mail.subject)));
    return found.length;
  };
  // A mail takes some tenths of a second, and nearly every test waits for one.
  const options = { message: `a mail to ${to} about ${subject}`, timeout: patience(20_000), intervals: [100, 200] };
  await expect.poll(find, options).toBeGreaterThan(0);
  return found[0]!;
}

/** Signs in as the demonstration's person with a role, and waits for their home page, which most roles have below their own name. */
export async function signIn(page: Page, role: string, home = role): Promise<void> {
  const { email, password } = signInFor(role);
  await signInAs(page, email, password);
  await page.waitForURL(`**/${home}`);
}

/** Signs in with an email address and a password. */
export async function signInAs(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}
