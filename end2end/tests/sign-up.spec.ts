import { WITHOUT_SCRIPTS, expect, mailTo, mailbox, test } from './fixtures';
import { inspect } from './inspect';
import { PASSWORD, address, createAccount, dropSession, followConfirmingLink, giveZone, newPatient, ready } from './people';

// The same steps with and without JavaScript: forms must work before the WebAssembly has arrived.
for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
    });

    test('somebody signs up, is signed in by the mail, and signs in again', async ({ page, complaints }) => {
      const email = address('Ada');
      const password = 'three brown envelopes';

      await page.goto('/sign-up');
      await ready(page);
      await page.getByLabel('Full name').fill('Adaeze Nwachukwu-Ferreira');
      await page.getByLabel('Email address').fill(email);
      await page.getByLabel('Password', { exact: true }).fill('short');
      await page.getByLabel('Day').fill('31');
      await page.getByLabel('Month').fill('3');
      await page.getByLabel('Year').fill('1980');
      await page.getByLabel('Mobile phone').fill('+44 7700 900123');
      await giveZone(page);
      if (javaScriptEnabled) complaints.allow(/422/);
      await page.getByRole('button', { name: 'Create the account' }).click();

      // When the password is too short, all other fields keep their values, and nothing typed appears in the URL.
      await expect(page.getByRole('alert').first()).toBeVisible();
      await expect(page.getByLabel('Full name')).toHaveValue('Adaeze Nwachukwu-Ferreira');
      if (javaScriptEnabled) await inspect(page, 'signing up, refused');
      expect(page.url()).not.toContain('Adaeze');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Create the account' }).click();
      await expect(page).toHaveURL(/\/sign-up\/sent$/);

      await followConfirmingLink(page, email);
      await page.getByRole('button', { name: 'Confirm the address' }).click();
      await page.waitForURL('**/patient');
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Adaeze');

      await dropSession(page);
      await page.goto('/sign-in');
      await ready(page);
      await page.getByLabel('Email address').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await expect(page).not.toHaveURL(/sign-in/);
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Adaeze');

      const cookie = (await page.context().cookies()).find(one => one.name === '__Host-bedside')!;
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
    });

    test('a stranger who signs up with the address of somebody else fixes nothing on it', async ({ page, person, complaints }) => {
      const stranger = await person();
      const email = address('Olga');
      await stranger.goto('/sign-up');
      await ready(stranger);
      await createAccount(stranger, 'Eve Somebodyelse', email);
      // The mail says nothing that the stranger typed.
      const theirs = await mailTo(page, email, /Confirm/);
      expect(theirs.text + theirs.html + theirs.to).not.toContain('Eve');

      await page.goto('/sign-up');
      await ready(page);
      await createAccount(page, 'Olga Owner', email);
      const links = async () => (await mailbox(page)).filter(mail => mail.to.includes(email) && /Confirm/.test(mail.subject));
      await expect.poll(async () => (await links()).length).toBe(2);
      // Before the link is followed there is no account. The answer is that of a wrong password: it tells nobody whether the address has an account.
      await page.goto('/sign-in');
      await ready(page);
      await page.getByLabel('Email address').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      if (javaScriptEnabled) complaints.allow(/401/);
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert').first()).toContainText('If the account is new, first open the link in the email');
      await expect(page.getByRole('link', { name: 'Send me a new link' })).toBeVisible();

      await followConfirmingLink(page, email);
      await page.getByRole('button', { name: 'Confirm the address' }).click();
      await page.waitForURL('**/patient');
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Olga');
      // The stranger's link makes nothing any more.
      const link = new URL(/https?:\/\/\S+\/confirm\/\S+/.exec(theirs.text)![0]);
      await stranger.goto(link.pathname + link.search);
      await ready(stranger);
      // The stranger's browser has scripts in both cases.
      complaints.allow(/410/);
      await stranger.getByRole('button', { name: 'Confirm the address' }).click();
      await expect(stranger.getByRole('alert').first()).toContainText('too old');
    });

    test('a wrong password is refused without telling whether there is an account', async ({ page, person, complaints }) => {
      complaints.allow(/401/);
      const answers: string[] = [];
      const { email: known } = await newPatient(await person(), 'Elin Forgetful');
      for (const email of [known, address('Nobody')]) {
        await page.goto('/sign-in');
        await ready(page);
        await page.getByLabel('Email address').fill(email);
        await page.getByLabel('Password', { exact: true }).fill('not the right one');
        await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
        const alert = page.getByRole('alert').first();
        await expect(alert).toBeVisible();
        answers.push(await alert.innerText());
      }
      expect(answers[0]).toEqual(answers[1]);
    });
  });
}
