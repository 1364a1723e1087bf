// A new version of a document stands before the portals once, and remote care can be withdrawn. The version is published in a language that only the patient of this
// test reads, so that nobody else of the clinic is asked.
import { readDemo } from './demo';
import { WITHOUT_SCRIPTS, expect, test } from './fixtures';
import { inspectWhere } from './inspect';
import { PASSWORD, book, holdSoon, newDoctor, newPatient, ready, signedIn } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** Another language each time, because a version can be published once a day. */
const LANGUAGES = [
  ['de', 'German'],
  ['da', 'Danish'],
  ['hr', 'Croatian'],
  ['cs', 'Czech'],
  ['nl', 'Dutch'],
  ['bg', 'Bulgarian'],
] as const;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test.beforeEach(({ complaints }) => complaints.allow(javaScriptEnabled ? /422/ : WITHOUT_SCRIPTS));
    const looked = inspectWhere(javaScriptEnabled);

    test('a new version is asked once, and remote care is withdrawn and given again', async ({ page: patient, person }, { retry }) => {
      test.slow();
      const [language, languageName] = LANGUAGES[(2 * retry + (javaScriptEnabled ? 0 : 1)) % LANGUAGES.length]!;
      const { email } = await newPatient(patient, 'Kerensa Agreeing');
      const { request } = patient.context();
      const session = await request.post('/api/v1/sessions', { data: { email, password: PASSWORD } });
      const { access_token: token } = (await session.json()) as { access_token: string };
      const change = { time_zone: 'Europe/London', language, version: 1 };
      const changed = await request.put('/api/v1/me/locale', { data: change, headers: { authorization: `Bearer ${token}` } });
      expect(changed.status(), await changed.text()).toBe(200);

      const admin = await person();
      await signedIn(admin, 'admin');
      await admin.goto('/admin');
      await ready(admin);
      await admin.getByRole('link', { name: 'Terms, privacy and remote care' }).click();
      await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Terms, privacy and remote care');
      await looked(admin, 'the versions of the documents');
      await admin.getByRole('link', { name: 'Publish a new version' }).click();
      await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Publish a new version');
      await ready(admin);
      await admin.getByLabel('Document', { exact: true }).selectOption('Terms of use');
      await admin.getByLabel('Language', { exact: true }).selectOption(languageName);
      await admin.getByLabel('Text', { exact: true }).fill('These are the new terms.\n\nThey are short.');
      await admin.getByLabel('Ask everyone to agree to this version').check();
      await admin.getByRole('button', { name: 'Publish the version' }).click();
      await expect(admin.getByRole('alert').first()).toContainText('Enter the day from which the version is in force');
      const today = new Date();
      await admin.getByLabel('Day', { exact: true }).fill(String(today.getUTCDate()));
      await admin.getByLabel('Month', { exact: true }).fill(String(today.getUTCMonth() + 1));
      await admin.getByLabel('Year', { exact: true }).fill(String(today.getUTCFullYear()));
      await admin.getByRole('button', { name: 'Publish the version' }).click();
      await expect(admin.getByText('The version is published')).toBeVisible();

      await patient.goto('/appointments?period=past');
      await expect(patient).toHaveURL(/\/agree\?next=/);
      await expect(patient.getByRole('heading', { level: 1 })).toHaveText('Terms of use');
      await expect(patient.getByRole('main')).toContainText('These are the new terms.');
      await ready(patient);
      await looked(patient, 'the question about a document');
      await patient.getByRole('button', { name: 'I agree' }).click();
      await expect(patient).toHaveURL(/\/appointments\?period=past$/);

      await patient.goto('/account/consents');
      const main = patient.getByRole('main');
      await expect(main).toContainText('Terms of use, version 1');
      await expect(main).toContainText('You agree to visits on video and by phone.');
      await ready(patient);
      await looked(patient, 'what a patient has agreed to');
      await patient.getByRole('link', { name: 'Change your answer about remote care' }).click();
      await expect(patient.getByRole('heading', { level: 1 })).toHaveText('Remote care');
      await ready(patient);
      await patient.getByRole('button', { name: 'I do not agree' }).click();
      await expect(main).toContainText('You do not agree to visits on video and by phone');

      const { name } = await newDoctor(await person(), 'Dr Massen Remote');
      const [, answers] = await holdSoon(patient, name, 'A cough.');
      await patient.goto(answers!);
      await ready(patient);
      await patient.getByRole('button', { name: 'Book this visit' }).click();
      await expect(patient.getByRole('heading', { level: 1 })).toHaveText('Remote care');
      await ready(patient);
      await patient.getByRole('button', { name: 'I agree' }).click();
      await expect(patient.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
      await ready(patient);
      await book(patient);
    });
  });
}
