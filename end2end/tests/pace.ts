// The CPU throttling of pages: `cargo xtask test --browser --slow` sets it.
import type { BrowserContext, Page } from '@playwright/test';

/** How many times slower the CPU of every page is made; 1 means no throttling. */
export const RATE = Number(process.env.CPU_RATE ?? 1);

/** Scales a time limit of `ms` for throttled pages. */
export function patience(ms: number): number {
  return ms * RATE;
}

/** Throttles every page of this context, also popups. A page from `newPage` is throttled before the test gets it. */
export function throttle(context: BrowserContext, rate = RATE): void {
  if (rate === 1) return;
  const throttled = new WeakMap<Page, Promise<void>>();
  const slowDown = async (page: Page) => {
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate });
  };
  // The popup may have been closed meanwhile, so errors are ignored.
  context.on('page', page => void throttled.set(page, slowDown(page).catch(() => {})));
  const open = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await open();
    await throttled.get(page);
    return page;
  };
}
