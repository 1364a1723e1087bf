// How slow the processor is that the pages run on: `cargo xtask test --browser --slow` slows it down.
import type { Browser } from '@playwright/test';

/** By how much pages are slowed down; 1 is not at all. */
export const RATE = Number(process.env.CPU_RATE ?? 1);

/** How long the pages run before they are stopped again. */
const SLICE_MS = 10;

/** How often new pages are looked for. */
const LOOK_MS = 200;

/** A time limit that is `ms` on a page that is not slowed down. */
export function patience(ms: number): number {
  return ms * RATE;
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // The page was closed.
  }
}

/**
 * Slows all pages of a browser down: their processes run for a slice and are stopped for `rate - 1` slices. Answers how to end that.
 *
 * CDP's `Emulation.setCPUThrottlingRate` lets each page burn the processor time that it may not use, so that a few idle pages fill a small machine.
 * Stopped processes leave it to the other pages.
 */
export async function slowDown(browser: Browser, rate: number): Promise<() => Promise<void>> {
  if (rate === 1) return async () => {};
  const session = await browser.newBrowserCDPSession();
  let pages: number[] = [];
  let over = false;
  const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
  const look = (async () => {
    for (; !over; await pause(LOOK_MS)) {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    }
  })().catch(() => {});
  const brake = (async () => {
    for (; !over; await pause(SLICE_MS)) {
      const stopped = pages;
      for (const pid of stopped) signal(pid, 'SIGSTOP');
      await pause(SLICE_MS * (rate - 1));
      for (const pid of stopped) signal(pid, 'SIGCONT');
    }
  })();
  return async () => {
    over = true;
    await Promise.all([look, brake]);
    await session.detach().catch(() => {});
  };
}
