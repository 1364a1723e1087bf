// Names that the printed prescription cannot show, and the correction of names.
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { PASSWORD, followConfirmingLink, giveZone, newPatient, ready } from './people';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    for (const [name, latin, birth, phone] of [
      ['山田 太郎', 'Yamada Taro', ['３', '１', '１９９０'], '＋８１　９０−１２３４−５６７８'],
      ['محمد ناصر', 'Muhammad Nasser', ['٣', '١', '١٩٩٠'], '\u202A+٤٤ ٧٧٠٠ ٩٠٠١٢٣\u202C'],
    ] as const) {
      test(`${latin} signs up with a name in another script and is asked for Latin letters`, async ({ page, complaints }) => {
        if (javaScriptEnabled) complaints.allow(/422/);
        const email = `${latin.split(' ')[0]!.toLowerCase()}.${Date.now()}@bücher.example`;
        await page.goto('/sign-up');
        await ready(page);
        await page.getByLabel('Full name').fill(name);
        await page.getByLabel('Email address').fill(email);
        await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
        await page.getByLabel('Day').fill(birth[0]);
        await page.getByLabel('Month').fill(birth[1]);
        await page.getByLabel('Year').fill(birth[2]);
        await page.getByLabel('Mobile phone').fill(phone);
        await giveZone(page);
        await page.getByRole('button', { name: 'Create the account' }).click();

        await expect(page.getByRole('alert').first()).toContainText('Enter your name in Latin letters too');
        await expect(page.getByLabel('Full name')).toHaveValue(name);
        await page.getByLabel('Name in Latin letters').fill(latin);
        await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
        await page.getByRole('button', { name: 'Create the account' }).click();
        await expect(page).toHaveURL(/\/sign-up\/sent$/);

        // The browser converts the domain to ASCII, and the mail is sent to that address.
        const ascii = email.replace('bücher', 'xn--bcher-kva');
        await followConfirmingLink(page, ascii);
        await page.getByRole('button', { name: 'Confirm the address' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toContainText(name.split(' ')[0]!);
        await page.goto('/account');
        await expect(page.getByRole('main')).toContainText(latin);
      });
    }

    test('somebody corrects their name', async ({ page, complaints }) => {
      if (javaScriptEnabled) complaints.allow(/422/);
      await newPatient(page, 'Ottilie Misspelt');
      await page.goto('/account');
      await ready(page);
      await page.getByRole('link', { name: 'Correct your name' }).click();
      await expect(page.getByLabel('Full name')).toHaveValue('Ottilie Misspelt');
      await ready(page);
      // A name of invisible characters only is refused at once.
      await page.getByLabel('Full name').fill('\u3164\u00AD');
      await page.getByRole('button', { name: 'Save the name' }).click();
      await expect(page.getByRole('alert').first()).toContainText('Enter your full name');
      await page.getByLabel('Full name').fill('Ottilie “Otti” Paper-O’Neill');
      await page.getByRole('button', { name: 'Save the name' }).click();
      await expect(page.getByText('Your name is saved')).toBeVisible();
      await page.goto('/account');
      await expect(page.getByRole('heading', { name: 'Ottilie “Otti” Paper-O’Neill' })).toBeVisible();
      await page.getByRole('link', { name: 'Changes of your account' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Changes of your account');
      await expect(page.getByRole('row').filter({ hasText: 'Ottilie Misspelt' })).toContainText('Ottilie “Otti” Paper-O’Neill');
    });
  });
}
