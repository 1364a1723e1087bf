// Names in scripts that the machine has no fonts for: the pages bring fonts for them, and pages without such names do not load them.
import type { Page } from '@playwright/test';
import { readDemo } from './demo';
import { expect, test, WITHOUT_SCRIPTS } from './fixtures';
import { newPatient, quiet, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The style sheet of the East Asian fonts. */
const SHEET = 'east-asian.css';

/** A name with words in Chinese, Korean, Arabic, Hindi and Thai, and the fonts that draw them. */
const NAME = '王小明 김민수 محمد हिन्दी ไทย';
const FONTS = ['Noto Sans SC', 'Noto Sans KR', 'Noto Sans Arabic', 'Noto Sans Devanagari', 'Noto Sans Thai'];

/** The addresses of the fonts for other scripts that a page requests from now on, by the names of the files. */
function requestedFonts(page: Page): Map<string, string> {
  const requested = new Map<string, string>();
  page.on('request', request => {
    const file = /\/fonts\/noto\/([^/]+)$/.exec(request.url())?.[1];
    if (file) requested.set(file, request.url());
  });
  return requested;
}

/** The fonts with which Chromium draws the text of the first element that matches. */
async function fontsOf(page: Page, selector: string): Promise<{ familyName: string; isCustomFont: boolean }[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('DOM.enable');
  await session.send('CSS.enable');
  const { root } = await session.send('DOM.getDocument');
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
  const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
  await session.detach();
  return fonts;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    test('a name in five scripts is drawn with our fonts', async ({ page }) => {
      const requested = requestedFonts(page);
      await newPatient(page, NAME);
      await page.goto('/account');
      await ready(page);
      const name = 'main h2 bdi';
      await expect(page.locator(name).first()).toHaveText(NAME);
      const missing = async () => {
        const fonts = await fontsOf(page, name);
        return {
          fonts: FONTS.filter(font => !fonts.some(({ familyName }) => familyName.startsWith(font))),
          ofThisMachine: fonts.filter(font => !font.isCustomFont).map(font => font.familyName),
        };
      };
      await expect.poll(missing).toEqual({ fonts: [], ofThisMachine: [] });

      const slice = [...requested.keys()].find(file => /^noto-sans-sc-.*\.woff2$/.test(file))!;
      const answer = await page.request.get(requested.get(slice)!);
      const { 'content-type': type, 'content-encoding': encoding, 'cache-control': caching } = answer.headers();
      expect({ type, encoding, caching }).toEqual({
        type: 'font/woff2',
        encoding: undefined,
        caching: 'public, max-age=31536000, immutable',
      });
      const licence = await page.request.get(requested.get(slice)!.replace(slice, 'OFL-noto-sans-sc.txt'));
      expect(await licence.text()).toContain('SIL OPEN FONT LICENSE Version 1.1');
    });

    test('a page in Latin letters loads no other fonts', async ({ page }) => {
      const requested = requestedFonts(page);
      await newPatient(page, 'Zoë Łukaszewicz');
      for (const path of ['/patient', '/account', '/account/name']) {
        await page.goto(path, { waitUntil: 'networkidle' });
        await quiet(page);
      }
      // Without scripts nothing can tell whether the page needs the sheet.
      expect([...requested.keys()]).toEqual(javaScriptEnabled ? [] : [SHEET]);
    });
  });
}

test('characters that are typed bring their fonts', async ({ page }) => {
  const requested = requestedFonts(page);
  await page.goto('/sign-up');
  await quiet(page);
  expect([...requested.keys()]).toEqual([]);
  await page.getByLabel('Full name').fill('山田 さくら');
  await expect.poll(() => [...requested.keys()].filter(file => file === SHEET)).toHaveLength(1);
  await expect.poll(() => [...requested.keys()].some(file => /^noto-sans-sc-.*\.woff2$/.test(file))).toBe(true);
});
