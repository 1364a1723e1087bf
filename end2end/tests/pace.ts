// How slow the processor is that the pages run on: `cargo xtask test --browser --slow` throttles it.
import type { BrowserContext, Page } from '@playwright/test';

/** By how much the processor of every page is throttled; 1 is not at all. */
export const RATE = Number(process.env.CPU_RATE ?? 1);

/** A time limit that is `ms` on a page that is not throttled. */
export function patience(ms: number): number {
  return ms * RATE;
}

/** Throttles every page of this context, popups too. A page from `newPage` is throttled before the test gets it. */
export function throttle(context: BrowserContext, rate = RATE): void {
  if (rate === 1) return;
  const throttled = new WeakMap<Page, Promise<void>>();
  const slowDown = async (page: Page) => {
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate });
  };
  // A popup may be closed again by then.
  context.on('page', page => void throttled.set(page, slowDown(page).catch(() => {})));
  const open = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await open();
    await throttled.get(page);
    return page;
  };
}
