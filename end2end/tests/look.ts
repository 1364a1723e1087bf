// The look at a page: nothing found by axe on a desk and on a phone, and nothing wider than the window.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** An address without what distinguishes one thing from another of its kind. */
export function kind(path: string): string {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/\?.*$/, '');
}

/** What axe finds, in a line each. In the dark only the contrast is new. */
async function faults(page: Page, where: string, dark: boolean): Promise<string[]> {
  // Without frames the old way finds the same, and opens no page beside this one, which would hide it from the person in a call.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (dark ? axe.withRules(['color-contrast']) : axe).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${where}: ${id} at ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`));
}

/** What is wrong with the present page in these schemes; `SHOTS=folder` keeps pictures. */
export async function look(page: Page, what: string, schemes: readonly ('light' | 'dark')[] = ['light', 'dark']): Promise<string[]> {
  const found: string[] = [];
  for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of schemes) {
      // Structure does not depend on the colours, and the colours do not depend on the width.
      const isRepeat = size === 'phone' && colorScheme === 'dark';
      if (isRepeat && !process.env.SHOTS) continue;
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const where = `${what} ${size} ${colorScheme}`;
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${where.replace(/\W+/g, '-')}.png`, fullPage: true });
      if (!isRepeat) found.push(...(await faults(page, where, colorScheme === 'dark')));
    }
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (overhang > 0) found.push(`${what} ${size}: ${overhang} px wider than the window`);
  }
  return found;
}

/**
 * The look at a step that no link leads to. What it finds fails the test at its end, so that the walk goes on; the window is afterwards as it
 * was before.
 */
export async function glance(page: Page, what: string): Promise<void> {
  const before = page.viewportSize();
  expect.soft(await look(page, what, ['light'])).toEqual([]);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}

/** [`glance`] where scripts run, and nothing elsewhere: axe is a script itself. */
export function glanceWhere(scripts: boolean): typeof glance {
  return scripts ? glance : () => Promise.resolve();
}
