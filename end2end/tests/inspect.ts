// Checks how a page looks: axe finds no fault on a desktop and on a phone, and nothing is wider than the window.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** axe, half a megabyte. A document gets it once, however often it is checked. */
const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** The part of axe that is used here. */
interface Axe {
  run(context: Document, options: object): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }>;
}

/** The violations that axe finds, one per line. In the dark scheme only the contrast is checked. No page has frames, so axe need not be in them. */
async function faults(page: Page, where: string, dark: boolean): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  // Only the violations are read, so axe need not describe each element that is as it should be.
  const options = { resultTypes: ['violations'], ...(dark && { runOnly: { type: 'rule', values: ['color-contrast'] } }) };
  const found = await page.evaluate(async options => {
    // A button that was just sent and refused fades back to its colours.
    const fading = document.getAnimations().filter(animation => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(fading.map(animation => animation.finished.catch(() => undefined)));
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id} at ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`));
  }, options);
  return found.map(fault => `${where}: ${fault}`);
}

/** The faults of the current page in these colour schemes. With `SHOTS=folder`, screenshots are kept there. */
export async function faultsOn(page: Page, what: string, schemes: readonly ('light' | 'dark')[] = ['light', 'dark']): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(async () => void (await document.fonts.ready));
  for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of schemes) {
      // The structure does not depend on the colours, nor the colours on the width, so the fourth combination needs no check.
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
 * Checks a page that no link leads to. Faults fail the test only at its end, so that its steps continue. Afterwards the window has its previous
 * size.
 */
export async function inspect(page: Page, what: string): Promise<void> {
  const before = page.viewportSize();
  expect.soft(await faultsOn(page, what, ['light'])).toEqual([]);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}

/** Returns [`inspect`] when scripts run, else a function that does nothing: axe is a script itself. */
export function inspectWhere(scripts: boolean): typeof inspect {
  return scripts ? inspect : () => Promise.resolve();
}
