// Loads pages in Chromium over a slow connection, and prints as JSON what each load took. `cargo xtask bench pages` starts it with the
// variable PAGES: { url, runs, pages: [{ title, path, cookie }] }. Each load has a new browser context, so nothing is cached.
import { chromium } from 'playwright-core';
import { launchOptions } from '../chromium.mjs';

const BYTES_PER_SECOND = 1_600_000 / 8;
const LATENCY_MS = 150;

/** How long a load may take. A development build has megabytes of WebAssembly. */
const PATIENCE_MS = 300_000;

/** The kinds of files in the table, by the resource type of the DevTools protocol. */
const KINDS = { Document: 'document', Script: 'script', Stylesheet: 'style', Font: 'font' };

const { url, runs, pages } = JSON.parse(process.env.PAGES);

/** Counts the bytes, headers included, that a page receives, by kind. Compressed files count as they are sent. */
function countBytes(session) {
  const kinds = new Map();
  const bytes = { document: 0, script: 0, wasm: 0, style: 0, font: 0, other: 0 };
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    kinds.set(requestId, response.mimeType === 'application/wasm' ? 'wasm' : (KINDS[type] ?? 'other'));
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes[kinds.get(requestId) ?? 'other'] += encodedDataLength;
  });
  return bytes;
}

/** Keeps the time at which the page begins to react to input: the attribute is set after hydration (`frontend/src/lib.rs`). */
function watchForReaction() {
  new MutationObserver(() => {
    if (document.documentElement?.hasAttribute('data-reacts')) window.reactedAt ??= performance.now();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-reacts'] });
}

/** The times of first contentful paint and of the reaction, in milliseconds since the navigation. */
async function times(page) {
  await page.locator('html[data-reacts]').waitFor({ state: 'attached', timeout: PATIENCE_MS });
  return page.evaluate(async () => {
    const painted = new Promise(resolve => {
      new PerformanceObserver(list => {
        const [first] = list.getEntriesByName('first-contentful-paint');
        if (first) resolve(first.startTime);
      }).observe({ type: 'paint', buffered: true });
    });
    return { first_paint_ms: await painted, interactive_ms: window.reactedAt };
  });
}

async function load(browser, { title, path, cookie }) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London' });
  try {
    if (cookie) {
      const [name, ...value] = cookie.split('=');
      const attributes = { domain: 'localhost', path: '/', httpOnly: true, secure: true, sameSite: 'Lax' };
      await context.addCookies([{ name, value: value.join('='), ...attributes }]);
    }
    await context.addInitScript(watchForReaction);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const bytes = countBytes(session);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: LATENCY_MS,
      downloadThroughput: BYTES_PER_SECOND,
      uploadThroughput: BYTES_PER_SECOND,
    });
    const answer = await page.goto(url + path, { waitUntil: 'commit', timeout: PATIENCE_MS });
    const measured = await times(page);
    // Fonts and what the page asks for after hydration may still be on their way.
    await page.waitForLoadState('networkidle', { timeout: PATIENCE_MS });
    if (answer.status() !== 200 || new URL(page.url()).pathname !== path) {
      throw new Error(`${path} answered ${answer.status()} and led to ${page.url()}`);
    }
    // Hydration needs the whole WebAssembly, so an earlier reaction would mean that the connection was not slow.
    const least_ms = (bytes.wasm / BYTES_PER_SECOND) * 1000;
    if (measured.interactive_ms < least_ms) {
      throw new Error(`${path} reacted after ${measured.interactive_ms} ms, but its WebAssembly alone takes ${least_ms} ms`);
    }
    const total = Object.values(bytes).reduce((sum, some) => sum + some, 0);
    const sizes = Object.entries({ total, ...bytes }).map(([kind, some]) => [`${kind}_kib`, some / 1024]);
    return { page: title, ...Object.fromEntries(sizes), ...measured };
  } finally {
    await context.close();
  }
}

const browser = await chromium.launch(launchOptions);
try {
  const loads = [];
  for (let run = 1; run <= runs; run++) {
    for (const page of pages) {
      console.error(`      run ${run} of ${runs}: ${page.title}`);
      loads.push(await load(browser, page));
    }
  }
  console.log(JSON.stringify(loads, undefined, 2));
} finally {
  await browser.close();
}
